"""Many rows at once: they learn their keys, and only what is named is changed."""

import pytest

from billing_portal.common.loading import change, load, load_keyed
from invoices.choices import BillState
from invoices.models import Bill
from tests import factories
from usage.models import Source

pytestmark = pytest.mark.django_db


def test_rows_learn_their_keys() -> None:
    rows = [Source(name=name) for name in ("west", "east", "north")]
    load_keyed(rows, by="name")
    assert {row.name: row.pk for row in rows} == dict(Source.objects.values_list("name", "pk"))


def test_each_row_gets_its_own_values_and_keeps_the_others() -> None:
    bills = [factories.bill(account=factories.account(), line_count=7) for _ in range(3)]
    for number, bill in enumerate(bills):
        bill.state, bill.closed_at, bill.seal = BillState.CLOSED, factories.NOW, f"{number:064}"
        bill.line_count = 8
    change(bills, ["state", "closed_at", "seal"])
    found = Bill.objects.order_by("pk").values_list("state", "closed_at", "seal", "line_count")
    assert list(found) == [("closed", factories.NOW, f"{number:064}", 7) for number in range(3)]


def test_no_rows_are_nothing_to_do() -> None:
    load([])
    load_keyed([], by="label")
    change([], ["seal"])
