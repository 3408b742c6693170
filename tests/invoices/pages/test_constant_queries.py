"""Selectors and pages ask the database as often for sixty months as for three."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.access import access_of
from accounts.models import Account, User
from billing_portal.common.periods import Month
from invoices.selectors import bills, documents
from tests import factories
from tests.portal.months import NOW

pytestmark = pytest.mark.django_db
LATEST = Month(2026, 10)


@pytest.fixture(params=[3, 60])
def months(request: pytest.FixtureRequest, agg: Account) -> int:
    series = factories.series(issuer=factories.issuer())
    for back in range(request.param):
        items = {f"item{n}": "1.5" for n in range(1 + back % 5)}
        bill = factories.bill(account=agg, month=LATEST.plus(-back), state="closed", items=items)
        factories.invoice(bills=[bill], series=series)
    return int(request.param)


def test_selectors(
    months: int,
    agg: Account,
    aggregator: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    access = access_of(aggregator, month=LATEST)
    with django_assert_num_queries(1):
        assert len(bills.history(access=access, account=agg)) == months
    with django_assert_num_queries(2):
        assert len(documents.papers(access=access, account=agg)) == months
    with django_assert_num_queries(2):
        assert len(documents.latest(access=access, account=agg)) == 1
    with django_assert_num_queries(3):
        assert len(bills.overview(access=access, account=agg, now=NOW).last_final) == 1
    with django_assert_num_queries(5):
        assert bills.page(access=access, key="AGG", coverage="japan", month=LATEST).items


@pytest.mark.parametrize(
    ("path", "queries"),
    [("/", 11), ("/bills/", 7), ("/invoices/", 7), ("/bills/AGG/japan/2026-10/", 10)],
)
def test_pages(
    months: int,
    clerk: Client,
    path: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(queries):
        assert clerk.get(path).status_code == 200
