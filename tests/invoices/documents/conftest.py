"""A seller, tax rates and closed bills; files go to a folder of the test."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import Account
from invoices.choices import TaxCategory
from invoices.models import Issuer
from tests import document_factories, factories


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    default: dict[str, Any] = settings.STORAGES["default"]
    here = {**default, "OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "default": here}


@pytest.fixture
def seller(db: None) -> Issuer:
    """The issuer, who rounds up, and the Japanese rates of 2019-10."""
    factories.tax_rate()
    factories.tax_rate(category=TaxCategory.REDUCED, rate="0.08")
    document_factories.exchange_rate()
    return factories.issuer(
        address="東京都見本区例示一丁目1番1号\n見本ビル5階",
        address_en="5F Mihon Bldg.\n1-1-1 Reiji, Mihon-ku, Tokyo",
        bank_account="見本銀行 例示支店（000）\n普通 0000000",
        contact="billing@specimen.example",
    )


@pytest.fixture
def customer(seller: Issuer) -> Account:
    """A company that reads Japanese."""
    account = factories.account(key="MIHON", team_name="Mihon")
    factories.profile(
        account=account,
        company="株式会社見本製作所",
        department="経理部",
        contact="見本 花子",
        address="大阪府見本市例示二丁目2番2号",
        language="ja",
    )
    document_factories.by_invoice(account=account)
    return account
