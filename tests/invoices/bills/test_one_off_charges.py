"""The running month leaves out one-off charges and names their sum; the bill has them (Q31)."""

import pytest

from accounts.models import Account
from billing_portal.common.money import plain
from invoices.choices import QuantityRule
from invoices.exports import detail
from invoices.models import Bill, BillCouponUse
from invoices.selectors import why as asked
from invoices.selectors.breakdown import Where
from invoices.services import bills, why
from tests import credit_factories, factories
from tests.factories import MONTH, NOW
from tests.invoices.bills import shop


@pytest.fixture(autouse=True)
def _set_up_costs_100(_open_shop: None) -> None:
    item = factories.bill_item(
        code="setup", rule=QuantityRule.ONCE_CREATED, inputs={}, one_off=True
    )
    factories.price(item=item, unit_price="100")


def evaluated(account: Account, *others: Account) -> Bill:
    ids = [account.pk, *(other.pk for other in others)]
    bills.evaluate(month=MONTH, coverage=shop.JAPAN, account_ids=ids, now=NOW)
    return shop.bill_of(account)


def figures(bill: Bill) -> tuple[str, str, str]:
    """Net, one-off charges and net with them."""
    assert bill.whole_net is not None
    return plain(bill.net), plain(bill.one_off), plain(bill.whole_net)


def items_of(bill: Bill) -> dict[str, str]:
    return {total.code: plain(total.amount) for total in bill.item_totals.all()}


def test_figures_lines_and_csv_leave_them_out_and_their_sum_is_kept() -> None:
    bill = evaluated(shop.customer("ACME", sims=2, used=5))
    assert bill.gross_minor == 688
    assert items_of(bill) == {"basic": "620", "data": "5"}
    assert "setup" not in b"".join(detail.stream(bill)).decode()
    assert figures(bill) == ("625", "200", "825")


def test_the_bill_has_them_and_is_what_the_whole_evaluation_was() -> None:
    account = shop.customer("ACME")
    credit_factories.coupon(account=account, amount="350.5")
    estimate = evaluated(account)
    shop.end_month()
    bill = shop.bill_of(account)
    assert items_of(bill) == {"basic": "310", "setup": "100", "chargeCoupon": "-350.5"}
    assert (bill.net, bill.detail_hash) == (estimate.whole_net, estimate.whole_hash)
    assert figures(bill) == ("59.5", "0", "59.5")
    assert bill.whole_hash == bill.detail_hash


def test_coupons_of_the_preliminary_figure_pay_none_of_them() -> None:
    account = shop.customer("ACME")
    credit_factories.coupon(account=account, amount="350")
    bill = evaluated(account)
    assert items_of(bill) == {"basic": "310", "chargeCoupon": "-310"}
    assert figures(bill) == ("0", "100", "60")


def test_the_next_month_starts_from_what_the_whole_month_leaves_over() -> None:
    """The close will take 410 of the coupon, whatever the preliminary figure shows (Q29)."""
    account = shop.customer("ACME")
    credit_factories.coupon(account=account, amount="500")
    factories.account_month(account=account, month=MONTH.next)
    evaluated(account)
    assert BillCouponUse.objects.get().amount == 410
    shop.propose(account, month=MONTH.next)
    assert items_of(shop.bill_of(account, MONTH.next))["chargeCoupon"] == "-90"


def test_without_any_both_evaluations_are_one() -> None:
    older = shop.customer("OLDER", since=MONTH.previous.start)
    factories.account_month(account=older, month=MONTH)
    bill = evaluated(older, shop.customer("ACME"))
    assert figures(bill) == ("310", "0", "310")
    assert bill.whole_hash == bill.detail_hash


def test_why_a_coupon_paid_so_little_is_told_without_them() -> None:
    account = shop.customer("ACME")
    credit_factories.coupon(account=account, amount="350")
    bill = evaluated(account)
    lines = asked.lines(bill, where=Where(item="chargeCoupon"), unit_price=None)
    [told] = why.explained(bill, lines=lines).lines
    assert not told["changed"]
    assert told["steps"][-1]["amount"] == "-310"
