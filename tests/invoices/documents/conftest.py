"""A seller, tax rates and closed bills; files go to a folder of the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.models import Account
from invoices.choices import TaxCategory
from invoices.models import Issuer
from tests import document_factories, factories
from tests.storing import files_in


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> Iterator[None]:
    with files_in(tmp_path / "files"):
        yield


@pytest.fixture
def seller(db: None) -> Issuer:
    """The issuer, who rounds up, and the Japanese rates of 2019-10."""
    return open_house()


@pytest.fixture
def customer(seller: Issuer) -> Account:
    """A company that reads Japanese."""
    return company()


def open_house() -> Issuer:
    factories.tax_rate()
    factories.tax_rate(category=TaxCategory.REDUCED, rate="0.08")
    document_factories.exchange_rate()
    return factories.issuer(
        address="東京都見本区例示一丁目1番1号\n見本ビル5階",
        address_en="5F Mihon Bldg.\n1-1-1 Reiji, Mihon-ku, Tokyo",
        bank_account="見本銀行 例示支店（000）\n普通 0000000",
        contact="billing@specimen.example",
    )


def company() -> Account:
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
