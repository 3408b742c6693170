"""Item coupons before general ones; then expiry, purchase month, code (rules.md Q23)."""

from datetime import timedelta
from itertools import permutations

import pytest

from accounts.models import Account
from invoices.selectors.credits import opening_balances
from tests import credit_factories
from tests.factories import MONTH
from usage.choices import Coverage

# code, coupon item, months until it expires, months since it was purchased; in the order of use.
ORDER = [
    ("Z-item-soonest", "dataTrafficCoupon", 1, 0),
    ("Y-item-older", "dataTrafficCoupon", 5, 3),
    ("A-item-newer", "dataTrafficCoupon", 5, 2),
    ("B-item-newer", "soracomBeamRequestCoupon", 5, 2),
    ("D-general-soonest", "chargeCoupon", 0, 5),
    ("C-general", "chargeCoupon", 2, 0),
]


def have(account: Account, code: str, item: str, expires: int, age: int) -> None:
    pays = () if item == "chargeCoupon" else ("data",)
    first = MONTH.plus(-age)
    credit_factories.coupon(
        account=account,
        code=code,
        item=credit_factories.coupon_item(code=item, pays=pays),
        purchased_at=first.start + timedelta(days=20 - age),
        first_month=first,
        last_month=MONTH.plus(expires),
    )


def order(account: Account) -> list[str]:
    found = opening_balances(month=MONTH, coverage=Coverage.JAPAN, account_ids=[account.pk])
    return [one.code for one in found]


@pytest.mark.parametrize("rows", [ORDER, ORDER[::-1], ORDER[3:] + ORDER[:3]])
def test_it_does_not_depend_on_when_they_were_entered(
    rows: list[tuple[str, str, int, int]], agg: Account
) -> None:
    for row in rows:
        have(agg, *row)
    assert order(agg) == [code for code, *_rest in ORDER]


@pytest.mark.parametrize("codes", list(permutations(["b", "B", "a-1"])))
def test_codes_are_compared_letter_by_letter_on_every_database(
    codes: tuple[str, ...], agg: Account
) -> None:
    for code in codes:
        have(agg, code, "chargeCoupon", 3, 0)
    assert order(agg) == ["B", "a-1", "b"]


def test_the_day_of_purchase_within_its_month_does_not_matter(agg: Account) -> None:
    item = credit_factories.coupon_item()
    for code, day in (("later-but-first", 20), ("sooner", 1)):
        at = MONTH.start + timedelta(days=day)
        credit_factories.coupon(account=agg, item=item, code=code, purchased_at=at)
    assert order(agg) == ["later-but-first", "sooner"]
