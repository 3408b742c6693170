"""The gate: locking months, raising their version, and months behind a closed one."""

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from accounts.models import Account
from billing_portal.common.periods import Month
from tests import factories
from tests.factories import MONTH, account_month
from usage.choices import MonthState
from usage.models import AccountMonth
from usage.services import months
from usage.services.months import MonthKey, NoSuchAccount

OPEN, CLOSED = MonthState.OPEN, MonthState.CLOSED


def _key(account: Account, month: Month = MONTH, coverage: str = "japan") -> MonthKey:
    return MonthKey(account.pk, coverage, month)


def _locked(*keys: MonthKey, and_later: bool = False) -> dict[MonthKey, AccountMonth]:
    with transaction.atomic():
        return months.lock(keys=keys, and_later=and_later)


def test_missing_months_are_inserted_open(agg: Account) -> None:
    rows = _locked(_key(agg), _key(agg, coverage="global"))

    assert [(key.coverage, row.state, row.version) for key, row in rows.items()] == [
        ("global", OPEN, 0),
        ("japan", OPEN, 0),
    ]
    assert AccountMonth.objects.count() == 2


def test_locking_again_inserts_nothing(agg: Account) -> None:
    first = _locked(_key(agg))

    assert _locked(_key(agg)) == first


CASES = {
    "a later month is closed": (MONTH.plus(2), CLOSED),
    "an earlier month is closed": (MONTH.previous, OPEN),
    "the month itself is closed": (MONTH, CLOSED),
}


@pytest.mark.parametrize(("month", "state"), CASES.values(), ids=CASES)
def test_a_month_is_closed_if_a_later_one_is(agg: Account, month: Month, state: str) -> None:
    account_month(account=agg, month=month, state=CLOSED)

    assert _locked(_key(agg))[_key(agg)].state == state
    assert AccountMonth.objects.get(account=agg, month=MONTH).state == state


def test_other_pairs_close_nothing(agg: Account, stray: Account) -> None:
    account_month(account=agg, month=MONTH.next, state=CLOSED, coverage="global")
    account_month(account=stray, month=MONTH.next, state=CLOSED)

    assert _locked(_key(agg))[_key(agg)].state == OPEN


def test_only_what_was_asked_for_comes_back(agg: Account) -> None:
    account_month(account=agg, month=MONTH.next)

    assert list(_locked(_key(agg))) == [_key(agg)]


def test_later_months_of_the_same_pair_come_along(agg: Account, stray: Account) -> None:
    for month in (MONTH.previous, MONTH.next, MONTH.plus(5)):
        account_month(account=agg, month=month)
    account_month(account=agg, month=MONTH.next, coverage="global")
    account_month(account=stray, month=MONTH.next)

    rows = _locked(_key(agg), and_later=True)
    assert list(rows) == [_key(agg), _key(agg, MONTH.next), _key(agg, MONTH.plus(5))]


def test_an_unknown_account_is_named(db: None) -> None:
    with pytest.raises(NoSuchAccount, match="id 77"):
        _locked(MonthKey(77, "japan", MONTH))


def test_nothing_to_lock_is_nothing(db: None) -> None:
    assert _locked() == {}


def test_a_bump_raises_versions_and_late_facts(agg: Account, stray: Account) -> None:
    rows = _locked(_key(agg), _key(stray))
    late = rows[_key(agg)]
    months.bump(months=rows.values(), late={late.pk: 3})
    months.bump(months=[late], late={late.pk: 0})

    assert (late.version, late.late_facts) == (2, 3)
    values = AccountMonth.objects.order_by("account").values_list("version", "late_facts")
    assert list(values) == [(2, 3), (1, 0)]


def test_closed_through_is_the_last_closed_month(agg: Account, stray: Account) -> None:
    for month, state in ((MONTH.previous, CLOSED), (MONTH, CLOSED), (MONTH.next, OPEN)):
        account_month(account=agg, month=month, state=state)
    account_month(account=agg, coverage="global", state=CLOSED)

    pairs = [(agg.pk, "japan"), (stray.pk, "japan")]
    assert months.closed_through(pairs=pairs) == {(agg.pk, "japan"): MONTH}


@pytest.mark.parametrize("count", [3, 60])
def test_the_number_of_queries_does_not_grow_with_the_accounts(
    db: None, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    keys = [_key(factories.account()) for _ in range(count)]
    with django_assert_max_num_queries(12), transaction.atomic():
        rows = months.lock(keys=keys)
        months.bump(months=rows.values(), late={row.pk: 1 for row in rows.values()})
