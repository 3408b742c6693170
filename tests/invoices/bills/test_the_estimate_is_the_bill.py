"""With intake frozen, the evaluation with one-off charges is the closed bill, to the last digit."""

from random import Random

import pytest

from invoices.models import Bill
from invoices.services import bills, verification
from tests.factories import MONTH
from tests.invoices.bills import fleets, shop
from tests.once import first_on_both

CUSTOMERS = 12
Figures = dict[str, tuple[str, str]]


@pytest.fixture(autouse=True)
def _open_shop(db: None) -> None:
    """The whole default catalogue instead of the small one."""
    fleets.open_catalogue()


def figures(net: str, digest: str) -> Figures:
    rows = Bill.objects.filter(month=MONTH).values_list("account__key", net, digest)
    return {key: (str(amount), text) for key, amount, text in rows}


@pytest.mark.parametrize("seed", first_on_both(range(3)))
def test_any_fleet_is_billed_as_it_was_evaluated_when_its_month_was_over(seed: int) -> None:
    dice = Random(seed)
    ids = [fleets.customer(f"C{number:02}", dice).pk for number in range(CUSTOMERS)]
    found = bills.evaluate(month=MONTH, coverage=shop.JAPAN, account_ids=ids, now=MONTH.end)
    assert found.problems == {}
    assert any(bill.one_off for bill in found.bills)
    assert any(bill.coupon_uses.exists() for bill in found.bills)
    evaluated = figures("whole_net", "whole_hash")
    shop.end_month()
    assert len(evaluated) == CUSTOMERS
    assert figures("net", "detail_hash") == evaluated
    for bill in Bill.objects.filter(month=MONTH):
        assert list(verification.faults_of(bill)) == []
