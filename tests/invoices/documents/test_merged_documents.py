"""Both coverages on one document, payable in JPY (rules Q39, Q42), and when it comes."""

import pytest

from accounts.models import Account
from invoices.models import Bill, Invoice
from invoices.services.documents import verify_documents
from tests import document_factories, factories
from tests.invoices.documents.bills import Item, closed_bill, invoice_of, issue_all, snapshot_of
from usage.choices import Coverage, MonthState
from usage.models import AccountMonth

OCTOBER, SEPTEMBER = factories.MONTH, factories.MONTH.previous


@pytest.fixture
def payer(customer: Account) -> Account:
    """A customer whose coverages have shared a document since October."""
    document_factories.merged(account=customer, since=OCTOBER)
    return customer


def both(account: Account, month: object = OCTOBER) -> list[Bill]:
    japan = closed_bill(account, Item("basic", "310.4"), month=month)
    abroad = closed_bill(account, Item("data", "10.05"), month=month, coverage=Coverage.GLOBAL)
    return [japan, abroad]


def test_the_dollar_net_joins_the_yen_net_and_each_rate_is_rounded_once(payer: Account) -> None:
    [invoice] = issue_all(both(payer))
    snapshot = snapshot_of(invoice)
    # 310.4 + 10.05 × 150.25 = 1820.4125; gross 2002.45375, up 2003; tax 183 (of 182.09); net 1820
    assert snapshot["conversions"] == [
        {
            "tax_category": "standard",
            "rate": "0.1",
            "net_minor": 1005,
            "amount": "1510.0125",
            "printed_minor": 1511,
        }
    ]
    assert (invoice.net_minor, invoice.tax_minor, invoice.total_minor) == (1820, 183, 2003)
    assert (invoice.currency, invoice.coverage, snapshot["jpy_tax"]) == ("JPY", "", None)
    assert snapshot["exchange"]["source"] == "見本銀行 (made up)"
    assert verify_documents(invoices=Invoice.objects.all()) == []


def test_printed_lines_and_differences_add_up_in_each_currency(payer: Account) -> None:
    japan = closed_bill(payer, Item("basic", "310.4"))
    items = [Item(f"data{n}", "0.004") for n in range(3)]
    abroad = closed_bill(payer, *items, coverage=Coverage.GLOBAL)
    [invoice] = issue_all([japan, abroad])
    snapshot = snapshot_of(invoice)
    left = {each["currency"]: each["minor"] for each in snapshot["differences"]}
    # 0.012: gross 0.02, tax 0.01, net 0.01 against 3 lines of 0.01; 310.4 + 1.5025 against 311 + 2
    assert (left["USD"], snapshot["totals"]["net_minor"] - left["JPY"]) == (-2, 313)


def test_no_document_comes_before_both_coverages_are_closed(payer: Account) -> None:
    factories.account_month(account=payer, coverage=Coverage.GLOBAL, month=OCTOBER)
    japan = closed_bill(payer)
    assert issue_all([japan]) == []
    AccountMonth.objects.filter(account=payer).update(state=MonthState.CLOSED)
    abroad = closed_bill(payer, Item("data", "1"), coverage=Coverage.GLOBAL)
    [invoice] = issue_all([abroad])
    assert {link.bill for link in invoice.invoice_bills.all()} == {japan, abroad}


def test_an_ended_month_before_the_merge_stays_apart(payer: Account) -> None:
    document_factories.exchange_rate(day=SEPTEMBER.last_day)
    labels = [invoice.coverage for invoice in issue_all(both(payer, SEPTEMBER))]
    assert labels == ["japan", "global"]
    assert invoice_of(*both(payer)).coverage == ""


def test_months_after_the_end_of_a_merge_go_apart(payer: Account) -> None:
    document_factories.merged(account=payer, since=OCTOBER.next, merged=False)
    document_factories.exchange_rate(day=OCTOBER.next.last_day)
    assert [each.coverage for each in issue_all(both(payer))] == [""]
    assert [each.coverage for each in issue_all(both(payer, OCTOBER.next))] == ["japan", "global"]


def test_what_waits_for_an_open_month_goes_on_no_later_document(payer: Account) -> None:
    document_factories.merged(account=payer, since=OCTOBER.next, merged=False)
    factories.account_month(account=payer, coverage=Coverage.GLOBAL, month=OCTOBER)
    october = closed_bill(payer)
    november = closed_bill(payer, month=OCTOBER.next)
    [invoice] = issue_all([october, november])
    assert [link.bill for link in invoice.invoice_bills.all()] == [november]


def test_a_customer_abroad_pays_the_converted_sum_without_tax(seller: object) -> None:
    account = factories.account()
    factories.profile(account=account, country="US")
    document_factories.merged(account=account)
    [invoice] = issue_all(both(account))
    assert (invoice.tax_minor, invoice.total_minor) == (0, 1821)
