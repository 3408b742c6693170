"""Payment by the API: the method, what was paid, statements with their PDF, who pays."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.choices import Scope
from accounts.models import Account, AuditEntry
from billing_portal.common.periods import Month
from invoices.gateways import Charged, Declined
from invoices.models import BillingProfile, Charge, MethodPoint, Receivable
from invoices.services.payments import charging
from tests import factories, payment_factories
from tests.api import contracts
from tests.api.soracom.conftest import Enter, Program
from tests.invoices.payments import till
from tests.portal.months import NOW

pytestmark = [pytest.mark.django_db, contracts.needed]
METHOD, ACTIVATE = "/payment_methods/current", "/payment_methods/current/activate"
PAID = "/payment_history/transactions/{payment_transaction_id}"
EXPORT = "/payment_statements/{payment_statement_id}/export"
PAYER = "/payment_statements/payer_information"
COMPANY = "/operators/{operator_id}/company_information"
OCTOBER = Month(2026, 10)


def tried(row: Receivable, result: Any) -> None:
    card = payment_factories.card(account=row.invoice.account)
    Receivable.objects.filter(pk=row.pk).update(state="charging")
    Charge.objects.create(
        receivable=row, number=1, key=f"key-{row.pk}", card=card, started_at=NOW,
        amount_minor=row.open_minor,
    )  # fmt: skip
    charging.settle(key=f"key-{row.pk}", result=result, now=NOW)


def test_the_card_that_is_charged(program: Program, agg: Account) -> None:
    for path, method in ((METHOD, "get"), (ACTIVATE, "post")):
        assert program.ask(method, path).status_code == 404
    card = payment_factories.card(account=agg)
    said = program.get(METHOD)
    assert json.loads(said["properties"])["last4"] == card.last4
    assert "errorCode" not in said
    type(card).objects.update(exp_year=2026, exp_month=10)
    assert program.get(METHOD)["errorCode"] == "invalid_expiry"


def test_an_invoice_payer_has_no_card(program: Program, agg: Account) -> None:
    MethodPoint.objects.create(account=agg, coverage="japan", since=OCTOBER, method="invoice")
    assert json.loads(program.get(METHOD)["properties"]) == {"method": "invoice"}


def test_a_failed_payment_is_tried_again(program: Program, agg: Account) -> None:
    row = till.owed(agg, 1000)
    payment_factories.card(account=agg)
    Receivable.objects.update(state="failed", tries=3)
    assert program.ask("post", ACTIVATE).json() == {}
    row = till.again(row)
    assert (row.state, row.tries, row.due_at) == ("open", 0, NOW)
    entry = AuditEntry.objects.get(action="payment.activate")
    assert (entry.actor[:14], entry.account_key) == ("Script (keyId-", "AGG")


@pytest.mark.parametrize(
    ("result", "state", "said"),
    [
        (None, "open", ("paying", None, "processing")),
        (None, "charging", ("charging", None, "processing")),
        (Charged("c"), None, ("paid", "success", "success")),
        (Declined("expired_card"), None, ("paying", "error", "invalid_expiry")),
        (Declined("words of a gateway"), "failed", ("fail", "error", "card_declined")),
        (None, "cancelled", ("cancelled", "success", "success")),
    ],
)
def test_status_and_transaction_follow_the_payment(
    program: Program, agg: Account, result: Any, state: str | None, said: tuple[str | None, ...]
) -> None:
    row = till.owed(agg, 1000, month=OCTOBER)
    if result:
        tried(row, result)
    if state:
        Receivable.objects.update(state=state)
    bill = program.get("/bills/{yyyyMM}", yyyyMM="202610")
    assert bill["paymentTransactionId"] == row.invoice.label
    paid = program.get(PAID, payment_transaction_id=row.invoice.label)
    assert (bill["paymentStatus"], paid.get("status"), paid["messageCode"]) == said
    assert (paid["amount"]["paymentAmount"], paid["amount"]["totalAmount"]) == (1000, 341)


@pytest.mark.parametrize(
    ("refunded", "state", "status"),
    [
        (1000, "started", "refunding"), (1000, "succeeded", "refunded"),
        (1000, "failed", "refund_fail"), (999, "succeeded", "paid"),
    ],
)  # fmt: skip
def test_a_refund_is_said(
    program: Program, agg: Account, refunded: int, state: str, status: str
) -> None:
    row = till.owed(agg, 1000, month=OCTOBER)
    tried(row, Charged("c"))
    Charge.objects.get().refunds.create(
        key="r", amount_minor=refunded, state=state, started_at=NOW, due_at=NOW, actor="x"
    )
    assert program.get("/bills")["billList"][0]["paymentStatus"] == status


def test_a_month_is_as_the_document_that_took_the_place_of_its_first(
    program: Program, agg: Account
) -> None:
    row = till.owed(agg, 1000, month=OCTOBER)
    Receivable.objects.update(state="cancelled")
    newer = till.document(agg, 0, kind="modified", corrects=row.invoice, month=OCTOBER.previous)
    bill = program.get("/bills/{yyyyMM}", yyyyMM="202610")
    assert (bill["paymentStatus"], bill["paymentTransactionId"]) == ("paid", newer.label)


def test_statements_name_their_months_and_when_they_were_paid(
    program: Program, agg: Account
) -> None:
    row = till.owed(agg, 1000, month=OCTOBER)
    till.owed(agg, 500, month=Month(2025, 4))
    tried(row, Charged("c"))
    (said,) = program.get("/payment_statements")["paymentStatementsList"]
    assert said["chargedYearMonths"] == ["202610"]
    assert (said["paymentMethod"], said["paymentDateTime"]) == ("card", int(NOW.timestamp()))


def test_the_pdf_of_a_statement_needs_no_header(program: Program, closed: Account) -> None:
    for query in ("", "?export_mode=sync"):
        url = program.ask("post", EXPORT + query, payment_statement_id="S-1").json()["url"]
        assert Client().get(url).getvalue().startswith(b"%PDF")
    said = program.ask("post", f"{EXPORT}?export_mode=async", payment_statement_id="S-1").json()
    path = "/files/exported/{exported_file_id}"
    done = program.get(path, exported_file_id=said["exportedFileId"])
    assert Client().get(done["url"]).getvalue().startswith(b"%PDF")


@pytest.mark.parametrize("label", ["S-2", "x", "\x00"])
def test_statements_that_are_not_there(program: Program, closed: Account, label: str) -> None:
    assert program.ask("post", EXPORT, payment_statement_id=label).status_code == 400
    assert program.ask("get", PAID, payment_transaction_id=label).status_code == 404


def test_documents_of_others_are_not_there(enter: Enter, closed: Account, stray: Account) -> None:
    other = enter(stray)
    assert other.get("/payment_statements") == {"paymentStatementsList": []}
    assert other.ask("get", PAID, payment_transaction_id="S-1").status_code == 404
    path = "/files/exported/{exported_file_id}"
    assert other.ask("get", path, exported_file_id="fd_S-1").status_code == 404


def test_payer_and_company_are_the_invoice_details(program: Program, agg: Account) -> None:
    assert program.ask("get", PAYER).status_code == 400
    assert program.ask("get", COMPANY, operator_id="AGG").status_code == 404
    factories.profile(account=agg, email="billing@example.com")
    typed = {"department": "Finance", "fullName": "A. Person"}
    assert program.ask("post", PAYER, typed).status_code == 201
    assert program.get(PAYER)["fullName"] == "A. Person"
    company = {
        "companyName": "Aggregator", "countryCode": "JP", "zipCode": "100-0001", "city": "Tokyo",
        "addressLine1": "1-1", "department": "Billing", "contactPersonName": "B. Person",
        "phoneNumber": "03-0000-0000",
    }  # fmt: skip
    for method, status in (("post", 201), ("put", 200)):
        assert program.ask(method, COMPANY, company, operator_id="AGG").status_code == status
    said = program.get(COMPANY, operator_id="AGG")
    assert (said["zipCode"], said["addressLine1"]) == ("100-0001", "Tokyo\n1-1")
    assert said["contactPersonName"] == BillingProfile.objects.get(department="Billing").contact


@pytest.mark.parametrize("changed", [{"companyName": "Other"}, {"countryCode": "US"}])
def test_name_and_country_stay_with_staff(
    program: Program, agg: Account, changed: dict[str, str]
) -> None:
    factories.profile(account=agg, email="billing@example.com")
    company = {
        "companyName": "Aggregator", "countryCode": "JP", "zipCode": "", "department": "Billing",
        "contactPersonName": "", "phoneNumber": "",
    }  # fmt: skip
    response = program.ask("put", COMPANY, company | changed, operator_id="AGG")
    assert response.status_code == 400
    assert not BillingProfile.objects.filter(department="Billing").exists()


def test_company_information_of_others_is_not_there(
    program: Program, agg: Account, stray: Account
) -> None:
    factories.profile(account=stray)
    for key in ("STR", "agg", "\x00"):
        assert program.ask("get", COMPANY, operator_id=key).status_code == 404


def test_who_may_only_read_changes_nothing(enter: Enter, agg: Account) -> None:
    payment_factories.card(account=agg)
    reader = enter(agg, Scope.READ_BILLING)
    assert reader.ask("post", ACTIVATE).status_code == 403
    assert reader.ask("post", PAYER, {}).status_code == 403


def test_many_documents_cost_no_more_queries(
    program: Program, agg: Account, django_assert_max_num_queries: Any
) -> None:
    for back in range(8):
        till.owed(agg, 1000, month=OCTOBER.plus(-back))
    for path in ("/payment_statements", "/bills"):
        with django_assert_max_num_queries(12):
            program.get(path)
