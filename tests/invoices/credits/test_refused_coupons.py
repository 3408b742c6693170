"""What a coupon cannot be, said so that it can be mended; nothing is written then."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Account, AuditEntry
from billing_portal.common.periods import Month
from invoices.models import Coupon, CouponEntry
from invoices.services.credits import (
    BadTerms,
    CreditRefused,
    MonthClosed,
    NotBilled,
    WrongItem,
    coupons,
)
from tests import credit_factories, factories
from tests.factories import MONTH, NOW
from tests.invoices.credits import purse
from usage.choices import Coverage

GLOBAL = Coverage.GLOBAL
AMOUNTS = [
    ("999", Coverage.JAPAN),
    ("1000.5", Coverage.JAPAN),
    ("0", Coverage.JAPAN),
    ("-1000", Coverage.JAPAN),
    ("100000000000000", Coverage.JAPAN),
    ("NaN", Coverage.JAPAN),
    ("Infinity", Coverage.JAPAN),
    ("9.99", GLOBAL),
    ("10.001", GLOBAL),
]
CODES = ["=cmd()", "<b>", "a b", "ｆｕｌｌ", "\u202egnp", "-a", "x" * 65, "a\0b", "a\nb", "'; --"]


@pytest.fixture(autouse=True)
def nothing_was_written(db: None) -> Iterator[None]:
    yield
    assert not CouponEntry.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="coupon").exists()


@pytest.mark.parametrize(("amount", "coverage"), AMOUNTS)
def test_amounts_that_are_not_sold(amount: str, coverage: str, agg: Account) -> None:
    with pytest.raises(BadTerms) as refused:
        purse.buy(agg, amount, coverage=coverage)
    assert refused.value.field == "amount"


@pytest.mark.parametrize("amount", ["0", "-1", "sNaN", "1e14", "0." + "0" * 24 + "1"])
def test_amounts_that_cannot_be_granted(amount: str, agg: Account) -> None:
    with pytest.raises(BadTerms):
        purse.grant(agg, amount)


@pytest.mark.parametrize("code", CODES)
def test_codes(code: str, agg: Account) -> None:
    with pytest.raises(BadTerms, match="letters") as refused:
        purse.buy(agg, code=code)
    assert refused.value.field == "code"


def test_a_note_that_is_too_long(agg: Account) -> None:
    with pytest.raises(BadTerms, match="500"):
        purse.buy(agg, note="あ" * 10_000)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-11", "2026-10"),
        ("2026-10", "2046-10"),
        ("1970-01", "2026-10"),
        ("9998-12", "9998-12"),
    ],
)
def test_months_out_of_order_or_absurdly_far(first: str, last: str, agg: Account) -> None:
    with pytest.raises(BadTerms):
        coupons.grant(
            wish=purse.wish(agg),
            first_month=Month.parse(first),
            last_month=Month.parse(last),
            **purse.WHO,
        )


@pytest.mark.parametrize("distance", [timedelta(seconds=1), timedelta(days=-365 * 60)])
def test_purchases_in_the_future_or_before_all_months(distance: timedelta, agg: Account) -> None:
    with pytest.raises(BadTerms) as refused:
        coupons.buy(wish=purse.wish(agg), purchased_at=NOW + distance, **purse.WHO)
    assert refused.value.field == "purchased_at"


def test_items_that_are_no_coupon_or_of_another_coverage(agg: Account) -> None:
    japanese = credit_factories.coupon_item(code="yenCoupon")
    japanese.region = "japan"
    japanese.save()
    for item, coverage in (
        (factories.bill_item(), Coverage.JAPAN),
        (credit_factories.contract_item(), Coverage.JAPAN),
        (japanese, GLOBAL),
    ):
        with pytest.raises(WrongItem):
            purse.buy(agg, item=item, coverage=coverage)


def test_a_tenant_has_no_bill_that_would_use_it(ten: Account) -> None:
    with pytest.raises(NotBilled, match="AGG"):
        purse.buy(ten)


def test_an_account_that_is_not_there_yet_or_no_more(agg: Account) -> None:
    with pytest.raises(NotBilled, match="2025-12"):
        purse.grant(agg, first=Month(2025, 12))
    agg.ended_at = MONTH.start
    agg.save()
    with pytest.raises(NotBilled, match="2026-10 is the last month"):
        purse.grant(agg, first=MONTH.next)


def test_a_month_that_is_closed(agg: Account) -> None:
    purse.close(agg)
    with pytest.raises(MonthClosed, match="2026-11 or later"):
        purse.grant(agg, first=MONTH)


def test_a_code_that_is_taken(agg: Account, stray: Account) -> None:
    Coupon.objects.bulk_create([_row(stray, "TAKEN")])
    with pytest.raises(CreditRefused, match="Another coupon has this code"):
        purse.buy(agg, code="TAKEN")


def _row(account: Account, code: str) -> Coupon:
    return Coupon(
        account=account,
        coverage=Coverage.JAPAN,
        code=code,
        item=credit_factories.coupon_item(),
        amount=Decimal(1),
        purchased_at=NOW,
        first_month=MONTH,
        last_month=MONTH,
    )
