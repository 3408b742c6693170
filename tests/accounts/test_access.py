"""Who may see what: the matrix of the cast and their accounts, and its edges."""

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from accounts.access import Access, access_by, access_of
from accounts.choices import Role, Scope
from accounts.models import Account, User
from tests import factories

MONTH = factories.MONTH


@pytest.fixture
def cast(operator: User, aggregator: User, tenant: User, stranger: User) -> dict[str, User]:
    return {
        "operator": operator,
        "aggregator": aggregator,
        "tenant": tenant,
        "stranger": stranger,
    }


def keys(ids: frozenset[int]) -> set[str]:
    return set(Account.objects.filter(pk__in=ids).values_list("key", flat=True))


@pytest.mark.parametrize(
    ("name", "usage", "money", "manage"),
    [
        ("operator", set(), set(), set()),
        ("aggregator", {"AGG", "TEN"}, {"AGG"}, {"AGG"}),
        ("tenant", {"TEN"}, set(), {"TEN"}),
        ("stranger", {"STR"}, {"STR"}, {"STR"}),
    ],
)
def test_the_cast_sees_its_own(
    name: str, usage: set[str], money: set[str], manage: set[str], cast: dict[str, User]
) -> None:
    access = access_of(cast[name], month=MONTH)
    assert (keys(access.usage), keys(access.money), keys(access.manage)) == (usage, money, manage)
    assert access.actor == f"{name}@example.com"
    assert access.is_staff == (name == "operator")


@pytest.mark.parametrize(
    ("role", "manages"), [(Role.VIEWER, False), (Role.BILLING, False), (Role.ADMIN, True)]
)
def test_every_role_sees_the_money_and_only_admins_manage(
    role: Role, manages: bool, agg: Account
) -> None:
    access = access_of(factories.person(agg, role=role), month=MONTH)
    assert access.money == {agg.pk}
    assert (access.manage == {agg.pk}) is manages


def test_usage_is_seen_at_any_depth_and_money_never_below(agg: Account, ten: Account) -> None:
    paying = factories.account(key="SUB", parent=ten, is_billing=True)
    access = access_of(factories.person(agg), month=MONTH)
    assert access.usage == {agg.pk, ten.pk, paying.pk}
    assert access.money == {agg.pk}


def test_who_was_billed_once_keeps_seeing_those_bills(agg: Account, stray: Account) -> None:
    person = factories.person(stray)
    factories.placement(account=stray, since=MONTH.first_day, parent=agg)
    assert access_of(person, month=MONTH).money == {stray.pk}


def test_a_move_counts_from_its_month_on(agg: Account, stray: Account) -> None:
    person = factories.person(agg)
    factories.placement(account=stray, since=MONTH.first_day, parent=agg)
    assert stray.pk not in access_of(person, month=MONTH.previous).usage
    assert stray.pk in access_of(person, month=MONTH).usage


def test_an_account_that_is_not_in_the_tree_yet_is_seen_by_its_own_people(db: None) -> None:
    account = factories.account(since=MONTH.next.first_day)
    assert access_of(factories.person(account), month=MONTH).usage == {account.pk}


@pytest.mark.parametrize("who", ["nobody", "inactive"])
def test_who_cannot_sign_in_sees_nothing(who: str, agg: Account) -> None:
    inactive = factories.person(agg, is_active=False)
    access = access_of(inactive if who == "inactive" else AnonymousUser(), month=MONTH)
    assert access == Access("", False, frozenset(), frozenset(), frozenset(), frozenset())


def test_a_circle_in_the_tree_does_not_hang(agg: Account, ten: Account) -> None:
    factories.placement(account=agg, since=MONTH.first_day, parent=ten)
    assert access_of(factories.person(agg), month=MONTH).usage == {agg.pk, ten.pk}


@pytest.mark.parametrize("tenants", [1, 7])
def test_two_queries_however_many_tenants(
    tenants: int, agg: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(tenants):
        factories.account(parent=agg)
    person = factories.person(agg)
    with django_assert_num_queries(2):
        assert len(access_of(person, month=MONTH).usage) == 1 + tenants


@pytest.mark.parametrize(
    ("name", "scopes", "usage", "money"),
    [
        ("AGG", list(Scope), {"AGG", "TEN"}, {"AGG"}),
        ("AGG", [Scope.READ_USAGE], {"AGG", "TEN"}, set()),
        ("AGG", [Scope.READ_BILLING], set(), {"AGG"}),
        ("AGG", [Scope.SEND_USAGE, Scope.CHANGE_PAYMENT], set(), set()),
        ("TEN", list(Scope), {"TEN"}, set()),
    ],
)
@pytest.mark.usefixtures("aggregator")
def test_a_key_sees_what_its_account_sees_within_its_scopes(
    name: str, scopes: list[Scope], usage: set[str], money: set[str]
) -> None:
    account = Account.objects.get(key=name)
    access = access_by(account, actor="Script", scopes=scopes, month=MONTH)
    assert (keys(access.usage), keys(access.money)) == (usage, money)
    assert keys(access.own) == usage & {name}
    assert (access.manage, access.is_staff) == (frozenset(), False)
