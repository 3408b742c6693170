"""The fixed cast: four people that every test of access is played by.

`operator` is of the seller's staff. `aggregator` administers the billing account AGG, `tenant` the
account TEN below it, which AGG pays for. `stranger` administers STR, which has nothing to do with
either.
"""

import pytest

from accounts.models import Account, User
from tests import factories


def make_agg() -> Account:
    return factories.account(key="AGG", team_name="Aggregator", organization="Aggregator Inc.")


def make_ten(agg: Account) -> Account:
    return factories.account(key="TEN", team_name="Tenant", parent=agg)


def make_str() -> Account:
    return factories.account(key="STR", team_name="Stranger")


def make_operator() -> User:
    return factories.user(
        email="operator@example.com", name="Operator", is_staff=True, is_superuser=True
    )


def make_aggregator(agg: Account) -> User:
    return factories.person(agg, email="aggregator@example.com", name="Aggregator")


def make_tenant(ten: Account) -> User:
    return factories.person(ten, email="tenant@example.com", name="Tenant")


def make_stranger(stray: Account) -> User:
    return factories.person(stray, email="stranger@example.com", name="Stranger")


def _there(key: str) -> Account | None:
    """An account that was made for the whole module (tests/once.py)."""
    return Account.objects.filter(key=key).first()


@pytest.fixture
def agg(db: None) -> Account:
    """The aggregator's account: billed for itself and for TEN."""
    return _there("AGG") or make_agg()


@pytest.fixture
def ten(agg: Account) -> Account:
    """The tenant's account: below AGG and not billed itself."""
    return _there("TEN") or make_ten(agg)


@pytest.fixture
def stray(db: None) -> Account:
    """The stranger's account STR: unrelated and billed itself."""
    return make_str()


@pytest.fixture
def operator(db: None) -> User:
    return make_operator()


@pytest.fixture
def aggregator(agg: Account, ten: Account) -> User:
    return make_aggregator(agg)


@pytest.fixture
def tenant(ten: Account) -> User:
    return make_tenant(ten)


@pytest.fixture
def stranger(stray: Account) -> User:
    return make_stranger(stray)
