"""A coupon comes with its ledger, its trail and word to bills that are under way."""

from decimal import Decimal

import pytest

from accounts.models import Account, AuditEntry
from invoices.models import Coupon
from invoices.services.credits import CouponOver, NotEnough, NothingLeft, coupons
from invoices.services.credits.refusals import BadTerms
from tests import credit_factories, factories
from tests.factories import MONTH, NOW
from tests.invoices.credits import purse
from usage.choices import Coverage
from usage.models import AccountMonth

LONG = "12345678901234.123456789012345678901234"


def ledger(coupon: Coupon) -> list[tuple[str, Decimal, Decimal]]:
    return [(entry.kind, entry.amount, entry.left) for entry in coupon.entries.order_by("number")]


@pytest.mark.parametrize(
    ("amount", "coverage"), [("1000", "japan"), ("1001", "japan"), ("10.01", "global")]
)
def test_bought_on_the_terms_of_sale(amount: str, coverage: str, agg: Account) -> None:
    coupon = purse.buy(agg, amount, coverage=coverage, code="MY-CODE")
    assert ledger(coupon) == [("purchase", Decimal(amount), Decimal(amount))]
    entry = coupon.entries.get()
    assert (entry.actor, entry.at, entry.month) == (purse.ACTOR, NOW, coupon.first_month)


@pytest.mark.parametrize("amount", ["0.000000000000000000000001", "1", LONG])
def test_granted_with_any_exact_amount(amount: str, agg: Account) -> None:
    coupon = purse.grant(agg, amount)
    coupon.refresh_from_db()
    assert (coupon.amount, purse.left(coupon)) == (Decimal(amount), Decimal(amount))


def test_codes_are_made_up_where_none_is_given(agg: Account) -> None:
    codes = {purse.buy(agg).code for _number in range(3)}
    assert len(codes) == 3
    assert all(len(code) == 12 for code in codes)


def test_it_is_in_the_audit_trail(agg: Account) -> None:
    coupon = purse.grant(agg, "5", note="sorry for the outage")
    entry = AuditEntry.objects.get(action="coupon.grant")
    assert (entry.actor, entry.account_key, entry.subject) == (purse.ACTOR, "AGG", coupon.code)
    assert entry.detail["note"] == "sorry for the outage"


def test_bills_under_way_are_rated_again_and_no_month_is_added(agg: Account) -> None:
    for number in (-1, 0, 1):
        factories.account_month(account=agg, month=MONTH.plus(number))
    factories.account_month(account=agg, coverage=Coverage.GLOBAL)
    purse.grant(agg, first=MONTH)
    versions = AccountMonth.objects.order_by("coverage", "month").values_list("version", flat=True)
    assert list(versions) == [0, 0, 1, 1]


@pytest.mark.parametrize("change", ["-899.6", "0.4", "-0.000000000000000000000001", "100000"])
def test_a_correction_is_an_entry(change: str, agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg)
    purse.spend(coupon, "100.4")
    entry = coupons.correct(coupon=coupon, amount=Decimal(change), reason="typo", **purse.WHO)
    assert purse.left(coupon) == entry.left == Decimal("899.6") + Decimal(change)
    assert (entry.kind, entry.reason, entry.actor) == ("correction", "typo", purse.ACTOR)


def test_only_what_is_unused_can_be_taken_away(agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg)
    purse.spend(coupon, "100.4")
    with pytest.raises(NotEnough, match=r"899\.6"):
        coupons.correct(coupon=coupon, amount=Decimal("-899.7"), reason="typo", **purse.WHO)
    assert purse.left(coupon) == Decimal("899.6")


def test_cancelling_takes_back_the_rest_once(agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg)
    purse.spend(coupon, "100.4")
    coupons.cancel(coupon=coupon, reason="returned", **purse.WHO)
    assert ledger(coupon)[-1] == ("correction", Decimal("-899.6"), Decimal(0))
    with pytest.raises(NothingLeft):
        coupons.cancel(coupon=coupon, reason="returned", **purse.WHO)


@pytest.mark.parametrize(("amount", "reason"), [("0", "typo"), ("1", " \0\n"), ("1", "x" * 501)])
def test_a_correction_needs_an_amount_and_a_reason(amount: str, reason: str, agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg)
    with pytest.raises(BadTerms):
        coupons.correct(coupon=coupon, amount=Decimal(amount), reason=reason, **purse.WHO)


def test_what_no_column_could_hold_is_refused(agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg, amount="99999999999999")
    with pytest.raises(BadTerms, match="14 digits"):
        coupons.correct(coupon=coupon, amount=Decimal(1), reason="more", **purse.WHO)


def test_a_coupon_whose_last_month_is_closed_stays_as_it_is(agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg, last_month=MONTH)
    purse.close(agg)
    with pytest.raises(CouponOver, match="2026-10"):
        coupons.correct(coupon=coupon, amount=Decimal(1), reason="late", **purse.WHO)
