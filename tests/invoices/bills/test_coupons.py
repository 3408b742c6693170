"""Bills take from coupons: an estimate on a copy until the close moves the balances."""

from datetime import UTC, datetime
from decimal import Decimal

from accounts.models import Account
from billing_portal.common.money import plain
from invoices.models import Bill, BillCouponUse, BillItem, Coupon, CouponEntry
from invoices.services import bills, verification
from tests import credit_factories, factories
from tests.factories import MONTH, NOW
from tests.invoices.bills import shop
from tests.invoices.credits import purse
from tests.invoices.verification import planting
from usage.choices import Coverage

IN_DECEMBER = datetime(2026, 12, 2, 9, tzinfo=UTC)


def coupon_of(account: Account, amount: str = "1000", **fields: object) -> Coupon:
    return credit_factories.coupon(account=account, amount=amount, **fields)


def lines_of(bill: Bill) -> dict[str, str]:
    return {total.code: plain(total.amount) for total in bill.item_totals.all()}


def uses_of(bill: Bill) -> dict[str, str]:
    return {
        use.coupon.code: plain(use.amount)
        for use in BillCouponUse.objects.filter(bill=bill).order_by("pk")
    }


def data_coupon() -> BillItem:
    return credit_factories.coupon_item(code="dataCoupon", pays=["data"])


def evaluate(account: Account) -> Bill:
    [bill] = bills.evaluate(
        month=MONTH, coverage=shop.JAPAN, account_ids=[account.pk], now=NOW
    ).bills
    return bill


def test_a_coupon_is_a_negative_line_of_the_bill() -> None:
    account = shop.customer("ACME", used=5)
    coupon = coupon_of(account, "100.4")
    bill = evaluate(account)
    assert lines_of(bill) == {"basic": "310", "data": "5", "chargeCoupon": "-100.4"}
    assert bill.net == Decimal("214.6")
    assert uses_of(bill) == {coupon.code: "100.4"}


def test_only_the_close_moves_the_balance() -> None:
    account = shop.customer("ACME")
    coupon = coupon_of(account)
    evaluate(account)
    shop.propose(account)
    assert purse.left(coupon) == 1000
    shop.close(account)
    assert purse.left(coupon) == 690
    entry = CouponEntry.objects.get(kind="use")
    assert (entry.bill, entry.amount) == (shop.bill_of(account), Decimal(-310))
    assert list(verification.faults_of(shop.bill_of(account))) == []


def test_the_next_month_starts_from_what_the_estimate_leaves_over() -> None:
    account = shop.customer("ACME")
    factories.account_month(account=account, month=MONTH.next)
    coupon_of(account, "400")
    evaluate(account)
    shop.propose(account, month=MONTH.next)
    assert lines_of(shop.bill_of(account, MONTH.next))["chargeCoupon"] == "-90"


def test_a_bill_proposed_on_another_opening_is_proposed_anew() -> None:
    account = shop.customer("ACME")
    factories.account_month(account=account, month=MONTH.next)
    coupon = coupon_of(account, "400")
    shop.propose(account, month=MONTH.next)
    assert lines_of(shop.bill_of(account, MONTH.next))["chargeCoupon"] == "-300"
    shop.propose(account)
    shop.close(account)
    assert shop.close(account, month=MONTH.next).overtaken == [account.pk]
    assert purse.left(coupon) == 90
    shop.propose(account, month=MONTH.next)
    assert shop.close(account, month=MONTH.next).closed
    assert purse.left(coupon) == 0


def test_one_that_was_used_up_meanwhile_overtakes_the_bill_too() -> None:
    account = shop.customer("ACME")
    factories.account_month(account=account, month=MONTH.next)
    coupon_of(account, "300")
    shop.propose(account, month=MONTH.next)
    shop.propose(account)
    shop.close(account)
    assert shop.close(account, month=MONTH.next).overtaken == [account.pk]


def test_what_is_left_after_the_last_month_is_lost() -> None:
    account = shop.customer("ACME")
    coupon = coupon_of(account, last_month=MONTH)
    shop.end_month()
    assert [(entry.kind, entry.amount) for entry in coupon.entries.all()] == [
        ("purchase", Decimal(1000)),
        ("use", Decimal(-310)),
        ("lapse", Decimal(-690)),
    ]


def test_a_coupon_of_the_other_coverage_pays_nothing() -> None:
    account = shop.customer("ACME")
    coupon = coupon_of(account, coverage=Coverage.GLOBAL, item=credit_factories.coupon_item())
    shop.end_month()
    assert lines_of(shop.bill_of(account)) == {"basic": "310"}
    assert purse.left(coupon) == 1000


def test_one_bought_on_the_first_does_not_pay_the_month_before() -> None:
    account = shop.customer("ACME")
    coupon = purse.buy(account, at=datetime(2026, 11, 1, tzinfo=UTC))
    assert coupon.first_month == MONTH.next
    shop.end_month()
    assert purse.left(coupon) == 1000
    shop.end_month(MONTH.next, now=IN_DECEMBER)
    assert purse.left(coupon) == 700


def test_item_coupons_pay_before_general_ones() -> None:
    account = shop.customer("ACME", used=50)
    general = coupon_of(account, "100", last_month=MONTH)
    later = coupon_of(account, "40", item=data_coupon())
    first = coupon_of(account, "20", item=data_coupon(), last_month=MONTH.next)
    shop.propose(account)
    found = list(uses_of(shop.bill_of(account)).items())
    assert found == [(first.code, "20"), (later.code, "30"), (general.code, "100")]


def test_rating_again_without_a_coupon_forgets_its_use() -> None:
    account = shop.customer("ACME")
    coupon = coupon_of(account)
    evaluate(account)
    planting.alter(coupon, first_month=MONTH.next)
    assert uses_of(evaluate(account)) == {}


def test_another_amount_in_the_ledger_is_a_fault() -> None:
    account = shop.customer("ACME")
    coupon_of(account)
    shop.end_month()
    planting.alter(CouponEntry.objects.get(kind="use"), amount=Decimal(-309))
    found = [str(fault) for fault in verification.faults_of(shop.bill_of(account))]
    assert any("coupons than their ledgers say" in fault for fault in found)


def test_a_coupon_whose_item_is_none_any_more_parks_the_account_and_no_other() -> None:
    account, other = shop.customer("ACME"), shop.customer("OTHER")
    coupon = coupon_of(account)
    BillItem.objects.filter(pk=coupon.item_id).update(rule="contract_units")
    proposal = shop.propose(account, other)
    [problem] = proposal.problems[account.pk]
    assert problem.what == (
        f"The coupon {coupon.code} is of chargeCoupon, which is no coupon of the catalogue."
    )
    assert "cancel the coupon" in problem.remedy
    assert [bill.account_id for bill in proposal.proposed] == [other.pk]
