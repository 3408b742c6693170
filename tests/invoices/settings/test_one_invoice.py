"""What the button promises is what the next documents are."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from accounts.models import Account
from invoices.models import Issuer
from invoices.selectors.paying import Details
from invoices.services.catalog import CatalogRefused, load_catalog
from invoices.services.settings import Who, details, merging
from tests import factories
from tests.invoices.documents.bills import Item, closed_bill, issue_all, snapshot_of
from tests.invoices.documents.conftest import seller
from tests.invoices.settings import payer
from tests.invoices.settings.payer import GLOBAL, JAPAN

__all__ = ["seller"]
CLERK = Who("clerk@example.com", datetime(2026, 10, 20, tzinfo=UTC))
STAFF = Who("operator@example.com", datetime(2026, 10, 20, tzinfo=UTC), is_staff=True)


@pytest.fixture
def account(seller: Issuer) -> Account:
    """Japan is paid by invoice; in October both coverages are merged."""
    account = payer.use(factories.account(), month=factories.MONTH)
    payer.by_invoice(account, who=STAFF)
    merging.merge(account=account, coverage=GLOBAL, who=CLERK)
    return account


def october(account: Account) -> list[dict[str, object]]:
    japan = closed_bill(account, Item("basic", "310"))
    abroad = closed_bill(account, Item("data", "10.05"), coverage=GLOBAL)
    return [snapshot_of(invoice) for invoice in issue_all([japan, abroad])]


def test_after_the_merge_one_invoice_covers_both(account: Account) -> None:
    [document] = october(account)
    sections = document["sections"]
    assert isinstance(sections, list)
    assert [section["coverage"] for section in sections] == ["japan", "global"]
    assert (document["kind"], document["currency"]) == ("invoice", "JPY")


def test_details_changed_before_the_issue_stand_on_it(account: Account) -> None:
    profile = payer.state(account).ways[GLOBAL].profile
    assert profile is not None
    details.change(
        account=account,
        coverage=GLOBAL,
        values={"department": "Purchasing", "email": "new@example.com"},
        shown=Details.of(profile).version,
        who=CLERK,
    )
    [document] = october(account)
    recipient = document["recipient"]
    assert isinstance(recipient, dict)
    assert (recipient["department"], recipient["email"]) == ("Purchasing", "new@example.com")


def test_separated_in_the_same_month_they_go_apart(account: Account) -> None:
    merging.part(account=account, who=CLERK)
    kinds = {str(document["currency"]): document["kind"] for document in october(account)}
    assert kinds == {"JPY": "invoice", "USD": "statement"}
    assert payer.state(account).ways[JAPAN].by_invoice


def test_the_exchange_rate_of_an_issued_document_stays(account: Account, tmp_path: Path) -> None:
    october(account)
    rates = tmp_path / "exchange_rates.csv"
    rates.write_text("day,currency,rate,source\n2026-10-31,USD,151,Made up bank\n")
    with pytest.raises(CatalogRefused, match="INV-000001 was issued with the rate of this day"):
        load_catalog(path=rates, actor="test", now=factories.NOW)
