"""Staff decide on invoice payment and do for a customer what the customer could do."""

from collections.abc import Mapping

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account, AuditEntry
from invoices.models import InvoiceApplication, MergePoint, PaymentSetting
from invoices.services.settings import applications
from tests.invoices.settings import payer
from tests.invoices.settings.payer import CUSTOMER, DETAILS, GLOBAL, JAPAN
from tests.staff.conftest import said
from tests.staff.test_coupons_and_contracts import errors

pytestmark = pytest.mark.usefixtures("november")
FACTS = {name: getattr(DETAILS, name) for name in DETAILS.__slots__}


@pytest.fixture
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing_portal.common.clock.now", lambda: payer.NOW)


def page(model: str, what: str, *args: object) -> str:
    return reverse(f"admin:invoices_{model}_{what}", args=args)


def asked(account: Account) -> InvoiceApplication:
    return applications.request(account=account, coverage=JAPAN, details=DETAILS, who=CUSTOMER)


def test_accepting_says_before_and_after_what_it_does(agg: Account, staff: Client) -> None:
    application = asked(agg)
    accept = page("invoiceapplication", "accept", application.pk)
    assert "from the running month (2026-11) on" in staff.get(accept).content.decode()
    assert "Accepted" in said(staff.post(accept))
    assert payer.methods_of(agg)["japan"] == "invoice"
    entry = AuditEntry.objects.get(action="invoice-payment.accept")
    assert (entry.actor, entry.account_key) == ("operator@example.com", "AGG")


def test_refusing_needs_a_reason(agg: Account, staff: Client) -> None:
    refuse = page("invoiceapplication", "refuse", asked(agg).pk)
    assert "reason" in errors(staff.post(refuse))
    assert "Refused" in said(staff.post(refuse, {"reason": "Too young."}))
    assert InvoiceApplication.objects.get().reason == "Too young."


def test_what_was_withdrawn_meanwhile_is_not_decided(agg: Account, staff: Client) -> None:
    application = asked(agg)
    applications.withdraw(application=application, who=CUSTOMER)
    answer = staff.post(page("invoiceapplication", "accept", application.pk))
    assert "no longer open" in str(errors(answer))
    shown = staff.get(page("invoiceapplication", "change", application.pk)).content.decode()
    assert "/accept/" not in shown


def test_staff_enter_details_and_change_even_the_company(agg: Account, staff: Client) -> None:
    typed = {"account": agg.pk, "coverage": JAPAN.value, **FACTS}
    assert "addressed to Specimen Inc." in said(staff.post(page("paymentsetting", "add"), typed))
    setting = PaymentSetting.objects.get()
    change = page("paymentsetting", "details", setting.pk)
    shown = staff.get(change).context["adminform"].form.initial["shown"]
    answer = staff.post(change, {**FACTS, "company": "Another Inc.", "shown": shown})
    assert "addressed to Another Inc." in said(answer)
    stale = staff.post(change, {**FACTS, "company": "A Third Inc.", "shown": shown})
    assert "changed meanwhile" in str(errors(stale))


def test_staff_let_a_customer_pay_by_invoice_and_by_card_again(agg: Account, staff: Client) -> None:
    wish: Mapping[str, object] = {"account": agg.pk, "coverage": JAPAN.value}
    add = page("methodpoint", "add")
    early = staff.post(add, {**wish, "method": "invoice"})
    assert "Enter the invoice details" in str(errors(early))
    payer.by_invoice(agg)
    assert "already" in str(errors(staff.post(add, {**wish, "method": "invoice"})))
    assert "Card" in said(staff.post(add, {**wish, "method": "card"}))
    assert payer.methods_of(agg)["japan"] == "card"


def test_staff_merge_and_separate(agg: Account, staff: Client) -> None:
    payer.by_invoice(payer.use(agg))
    add = page("mergepoint", "add")
    merge = {"account": agg.pk, "what": GLOBAL.value}
    assert "one invoice for both coverages" in said(staff.post(add, merge))
    assert "It is so already" in str(errors(staff.post(add, merge)))
    assert "separate invoices" in said(staff.post(add, {"account": agg.pk, "what": "part"}))
    assert not MergePoint.objects.get().merged


def test_the_overview_counts_what_waits(agg: Account, staff: Client) -> None:
    asked(agg)
    text = staff.get(reverse("admin:index")).content.decode()
    assert "1 request for invoice payment waits for a decision." in text
