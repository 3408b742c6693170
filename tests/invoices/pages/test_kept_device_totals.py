"""Sums by device are kept beside the detail file, may be lost, and go with it."""

import pytest
from django.core.files.storage import default_storage

from billing_portal.common import files
from invoices.models import Bill
from invoices.selectors import breakdown
from invoices.selectors.breakdown import Wanted, kept
from invoices.tasks.bills import sweep_files

pytestmark = pytest.mark.django_db


def test_they_are_made_once(october: Bill, monkeypatch: pytest.MonkeyPatch) -> None:
    first = breakdown.devices(october, wanted=Wanted())
    monkeypatch.setattr(files, "put", None)
    assert list(breakdown.devices(october, wanted=Wanted()).rows) == list(first.rows)


def test_what_is_lost_is_made_again(october: Bill) -> None:
    first = breakdown.devices(october, wanted=Wanted())
    default_storage.delete(kept.name_for(october.detail_hash))
    assert list(breakdown.devices(october, wanted=Wanted()).rows) == list(first.rows)


def test_the_sweep_leaves_those_of_bills_and_takes_the_others(
    october: Bill, monkeypatch: pytest.MonkeyPatch
) -> None:
    breakdown.devices(october, wanted=Wanted())
    stray = files.put(kept.KIND, b"of a bill evaluated again", suffix="parquet").name
    monkeypatch.setattr(files, "_written_at", lambda _name: 0.0)
    sweep_files()
    assert default_storage.exists(kept.name_for(october.detail_hash))
    assert not default_storage.exists(stray)
