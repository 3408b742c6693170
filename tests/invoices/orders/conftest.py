"""A seller with coupons and long-term discounts, and a gateway whose memory is of the test."""

from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import Account
from tests import factories
from tests.invoices.orders import shop


@pytest.fixture(autouse=True)
def _alone(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.alone(settings, tmp_path, monkeypatch)


@pytest.fixture
def buyer(db: None) -> Account:
    """A card payer without a card."""
    shop.build()
    account = factories.account(key="BUYER", team_name="Buyer")
    factories.person(account, email="buyer@example.com")
    return account
