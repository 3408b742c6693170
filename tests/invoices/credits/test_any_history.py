"""Whatever happens to a coupon, its balance is the plain sum of its ledger and never below zero."""

from contextlib import suppress
from decimal import Decimal, localcontext

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from invoices.models import Bill, Coupon
from invoices.selectors.credits import balances
from invoices.services.credits import CreditRefused, coupons, uses
from tests import credit_factories, factories
from tests.factories import MONTH
from tests.invoices.credits import purse

MONTHS = 4
AMOUNTS = st.decimals(min_value=0, max_value=1500, places=24, allow_nan=False)
SIGNED = st.decimals(min_value=-1500, max_value=1500, places=24, allow_nan=False)
ACTS = st.one_of(
    st.tuples(st.just("use"), AMOUNTS, st.integers(0, MONTHS)),
    st.tuples(st.just("correct"), SIGNED, st.just(0)),
    st.tuples(st.just("cancel"), st.just(Decimal(0)), st.just(0)),
    st.tuples(st.just("end of the month"), AMOUNTS, st.integers(0, MONTHS)),
)


def act(coupon: Coupon, bills: list[Bill], what: str, amount: Decimal, number: int) -> None:
    match what:
        case "use":
            uses.record_uses(uses={bills[number]: [(coupon.pk, amount)]}, **purse.WHO)
        case "correct":
            coupons.correct(coupon=coupon, amount=amount, reason="so", **purse.WHO)
        case "cancel":
            coupons.cancel(coupon=coupon, reason="so", **purse.WHO)
        case _:
            uses.keep_uses(uses={bills[number]: [(coupon.pk, amount)]})
            uses.settle(bills=[bills[number]], **purse.WHO)


class Histories(TestCase):
    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(history=st.lists(ACTS, max_size=12))
    def test_the_balance_is_the_plain_sum(self, history: list[tuple[str, Decimal, int]]) -> None:
        account = factories.account()
        coupon = credit_factories.coupon(account=account, last_month=MONTH.plus(MONTHS - 1))
        bills = [factories.bill(account=account, month=MONTH.plus(n)) for n in range(MONTHS + 1)]
        for what, amount, number in history:
            with suppress(CreditRefused):
                act(coupon, bills, what, amount, number)
            assert_sums(coupon)


def assert_sums(coupon: Coupon) -> None:
    entries = list(coupon.entries.order_by("number"))
    with localcontext(prec=100):
        sums = [sum(e.amount for e in entries[: n + 1]) for n in range(len(entries))]
    assert [entry.left for entry in entries] == sums
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert min(sums) >= 0
    assert balances(coupon_ids=[coupon.pk])[coupon.pk] == sums[-1]
    assert [entry.kind for entry in entries].count("lapse") <= 1
