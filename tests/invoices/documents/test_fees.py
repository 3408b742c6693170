"""What invoice payment costs: dated fees on JPY invoices (rule Q44)."""

import pytest

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.models import Invoice, Issuer
from invoices.services.documents import verify_documents
from tests import document_factories, factories
from tests.invoices.documents.bills import Item, closed_bill, invoice_of, snapshot_of

MARCH = Month(2018, 3)


@pytest.fixture
def payer(seller: Issuer) -> Account:
    """A customer who went over to invoice payment in March 2018."""
    document_factories.fees()
    factories.tax_rate(since=Month(2014, 4).first_day, rate="0.08")
    account = factories.account()
    document_factories.by_invoice(account=account, since=MARCH, coverages=["japan"])
    return account


def invoice(account: Account, month: Month, amount: str = "310") -> Invoice:
    item = Item("basic", amount, {"tax_date": month.last_day})
    return invoice_of(closed_bill(account, item, month=month))


def kinds(made: Invoice) -> list[str]:
    return [fee["kind"] for fee in snapshot_of(made)["fees"]]


def test_march_2018_with_both_fees_is_1415(payer: Account) -> None:
    march = invoice(payer, MARCH)
    assert (march.net_minor, march.tax_minor, march.total_minor) == (1310, 105, 1415)
    assert kinds(march) == ["switching", "issue"]
    assert verify_documents(invoices=Invoice.objects.all()) == []


def test_the_switch_is_charged_once_and_the_issue_not_from_april_on(payer: Account) -> None:
    invoice(payer, MARCH)
    assert kinds(invoice(payer, MARCH.next)) == []


def test_a_switch_of_a_month_without_charges_is_on_the_next_invoice(payer: Account) -> None:
    assert kinds(invoice(payer, MARCH.next)) == ["switching"]


@pytest.mark.parametrize(("month", "borne"), [(8, ["switching"]), (9, [])])
def test_a_switch_is_free_from_september_2018_on(
    seller: Issuer, month: int, borne: list[str]
) -> None:
    account, switched = factories.account(), Month(2018, month)
    document_factories.fees()
    factories.tax_rate(since=Month(2014, 4).first_day, rate="0.08")
    document_factories.by_invoice(account=account, since=switched, coverages=["japan"])
    assert kinds(invoice(account, switched)) == borne


def test_a_statement_before_the_switch_bears_none(payer: Account) -> None:
    statement = invoice(payer, MARCH.previous)
    assert (statement.kind, kinds(statement)) == ("statement", [])


def test_today_both_are_free(payer: Account) -> None:
    document_factories.by_invoice(account=payer, since=factories.MONTH, coverages=["global"])
    invoice(payer, MARCH)
    today = invoice(payer, factories.MONTH)
    assert (kinds(today), today.total_minor) == ([], 341)
