"""Files that no row refers to go after seven days; the others stay."""

import os
import time

import pytest

from billing_portal.common import files
from invoices.tasks.bills import sweep_files
from tests import factories

pytestmark = pytest.mark.django_db
EIGHT_DAYS = 8 * 86_400


def stored(content: bytes, *, age: float) -> str:
    name = files.put("detail", content, suffix="parquet").name
    with files.local_path(name) as path:
        os.utime(path, times=(time.time() - age, time.time() - age))
    return name


def is_there(name: str) -> bool:
    with files.local_path(name) as path:
        return path.exists()


def test_what_a_bill_refers_to_stays() -> None:
    name = stored(b"in use", age=EIGHT_DAYS)
    factories.bill(account=factories.account(), detail_file=name)
    sweep_files()
    assert is_there(name)


def test_what_nothing_refers_to_goes_after_seven_days() -> None:
    name = stored(b"replaced", age=EIGHT_DAYS)
    sweep_files()
    with pytest.raises(FileNotFoundError):
        files.read(name)


def test_a_young_file_stays_because_its_row_may_be_on_the_way() -> None:
    name = stored(b"new", age=60)
    sweep_files()
    assert is_there(name)
