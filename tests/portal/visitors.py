"""Fixtures of the page tests: the time is November 21st, and people are signed in."""

import pytest
from django.test import Client

from accounts.models import Account, User
from billing_portal.common import clock, files
from invoices.rating import container
from invoices.rating.frames import LINES, empty
from tests import document_factories, factories
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


@pytest.fixture
def real(agg: Account, ten: Account) -> Account:
    """AGG with October closed and November running in both coverages."""
    months.two_months(agg)
    return agg


@pytest.fixture
def closed(agg: Account) -> Account:
    """AGG with one made-up closed bill of October, whose detail file has no lines, and its invoice
    S-1, whose PDF is there.
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
