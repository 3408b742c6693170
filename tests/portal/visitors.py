"""Fixtures of the page tests: the time is November 21st, and people are signed in."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.models import Account, User
from billing_portal.common import clock, files
from invoices.rating import container
from invoices.rating.frames import LINES, empty
from tests import cast, document_factories, factories, once
from tests.portal import months


@pytest.fixture
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock of the pages on 2026-11-21, 09:00 UTC."""
    monkeypatch.setattr(clock, "now", lambda: months.NOW)


@pytest.fixture
def clerk(client: Client, aggregator: User, november: None) -> Client:
    """The aggregator's browser, signed in."""
    client.force_login(aggregator)
    return client


@pytest.fixture(scope="module")
def real_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Makes `real` once, for a module of which every test uses this and looks at that."""
    with once.rows(django_db_blocker):
        agg = cast.make_agg()
        cast.make_ten(agg)
        months.two_months(agg)
        yield


@pytest.fixture
def real(agg: Account, ten: Account) -> Account:
    """AGG with October closed and November running in both coverages."""
    if not agg.bills.exists():
        months.two_months(agg)
    return agg


@pytest.fixture
def closed(agg: Account) -> Account:
    """AGG with what `close` made up."""
    return close(agg)


def close(agg: Account) -> Account:
    """One made-up closed bill of October, whose detail file has no lines, and its invoice S-1,
    whose PDF is there.
    """
    nothing = container.to_parquet(empty(LINES))
    bill = factories.bill(
        account=agg,
        state="closed",
        items={"basicCharge": "310.5"},
        days={"20261001": "310.5"},
        detail_file=files.put("detail", nothing, suffix="parquet").name,
    )
    series = factories.series(issuer=factories.issuer())
    invoice = factories.invoice(bills=[bill], series=series, label="S-1")
    document_factories.pdf(invoice=invoice)
    return agg
