"""Every line of a closed bill leads to its explanation, from which it can be computed again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.asserts import assertContains

from accounts.models import Account
from invoices.models import Bill
from invoices.selectors import breakdown
from invoices.selectors.breakdown import Where
from tests.invoices.verification import planting
from tests.invoices.why.asking import WHY, told
from tests.storing import files_in
from tests.unit.rating.explained import evaluated

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path) -> Iterator[None]:
    with files_in(tmp_path):
        yield


def test_every_line_of_a_closed_bill_follows_from_its_explanation(
    clerk: Client, real: Account
) -> None:
    bill = Bill.objects.get(account=real, coverage="japan", month="2026-10")
    lines = breakdown.lines(bill, where=Where())[:100]
    assert lines
    for line in lines:
        query = {"device": line.device, "date": line.written, "name": line.name}
        content = told(clerk, WHY, **query)
        assert content["inputs"] == "kept"
        [explained] = content["lines"]
        assert evaluated(explained) == (line.unit_price, line.quantity, line.amount)


def test_a_bundle_that_cannot_be_read_leaves_the_line_itself(clerk: Client, real: Account) -> None:
    bill = Bill.objects.get(account=real, coverage="japan", month="2026-10")
    planting.rewrite(planting.file_of(bill.bundle_file), lambda _content: b"no bundle")
    query = {"device": "99900japan", "date": "20261010", "name": "dataTrafficCharge"}
    content = told(clerk, WHY, **query)
    assert content["inputs"] == "missing"
    assert [step["step"] for step in content["lines"][0]["steps"]] == ["amount"]
    assertContains(clerk.get(WHY, query), "cannot be read")


def test_an_explanation_asks_for_little(
    clerk: Client, real: Account, django_assert_max_num_queries: Any
) -> None:
    query = {"device": "99900japan", "date": "20261010", "name": "dataTrafficCharge"}
    with django_assert_max_num_queries(15):
        assert clerk.get(WHY, query).status_code == 200
