"""Selectors and pages ask the database as often for sixty months as for three."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

from accounts.access import access_of
from accounts.models import Account, User
from billing_portal.common.periods import Month
from invoices.selectors import bills, documents, history
from invoices.selectors.overview import overview
from tests import cast, factories, once
from tests.portal.months import NOW

pytestmark = pytest.mark.django_db
LATEST = Month(2026, 10)
BILL = "/bills/AGG/japan/2026-10/"


@pytest.fixture(scope="module", params=[3, 60])
def months(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[int]:
    """So many closed months of both coverages with their invoices, and a running one."""
    with once.rows(django_db_blocker):
        _bill(cast.make_agg(), request.param)
        yield request.param


def _bill(agg: Account, months: int) -> None:
    series = factories.series(issuer=factories.issuer())
    for back in range(months):
        items = {f"item{n}": "1.5" for n in range(1 + back % 5)}
        month = LATEST.plus(-back)
        for coverage in ("japan", "global"):
            bill = factories.bill(
                account=agg, month=month, state="closed", items=items, coverage=coverage
            )
            factories.invoice(bills=[bill], series=series)
    for coverage in ("japan", "global"):
        factories.bill(account=agg, month=LATEST.next, coverage=coverage, days={"20261101": "1"})


def test_selectors(
    months: int,
    agg: Account,
    aggregator: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    access = access_of(aggregator, month=LATEST)
    with django_assert_num_queries(1):
        every = bills.of_account(access=access, account=agg)
    japan = [bill for bill in every if bill.coverage == "japan"]
    assert len(japan) == months + 1
    with django_assert_num_queries(2):
        assert len(history.changes(japan, japan)) == months + 1
        assert len(history.series(japan).months) == min(months + 1, 12)
    with django_assert_num_queries(1):
        assert len(documents.latest(access=access, account=agg)) == 2
    with django_assert_num_queries(5):
        assert len(overview(access=access, account=agg, now=NOW).running) == 2
    with django_assert_num_queries(2):
        assert bills.page(access=access, key="AGG", coverage="japan", month=LATEST).before
    with django_assert_num_queries(2):
        assert bills.items(japan[1])


@pytest.mark.parametrize(
    ("path", "queries"),
    [("/", 17), ("/bills/", 13), ("/bills/?year=2026", 13), (BILL, 8), (f"{BILL}days/", 7)],
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
