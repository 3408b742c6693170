"""A device plan is renewed on the first of a month; price and tax rate change then (E12, Q37)."""

from datetime import date
from decimal import Decimal

import pytest

from invoices.choices import QuantityRule
from tests import factories
from tests.factories import MONTH
from tests.invoices.bills import shop

MIDDLE = date(2026, 10, 15)


@pytest.mark.parametrize("rule", [QuantityRule.PEAK_ACTIVE, QuantityRule.DISTINCT_ACTIVE])
def test_what_changes_in_a_month_holds_from_the_next_one(rule: QuantityRule) -> None:
    plan = factories.bill_item(code="plan", rule=rule)
    factories.price(item=plan, unit_price="1000")
    factories.price(item=plan, unit_price="2000", since=MIDDLE)
    factories.tax_rate(since=MIDDLE, rate=Decimal("0.2"))
    account = shop.customer("ACME")
    factories.account_month(account=account, month=MONTH.next)
    shop.propose(account)
    shop.propose(account, month=MONTH.next)
    now, later = shop.bill_of(account), shop.bill_of(account, MONTH.next)
    # The days of the SIM bear the rate at the end of the month.
    assert (int(now.net), now.tax_minor) == (1310, 100 + 62)
    assert (int(later.net), later.tax_minor) == (2300, 460)
