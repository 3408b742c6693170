"""When its PDF is there, the people of the account are told of an invoice, each once."""

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import Account, Mail, User
from accounts.tasks.mail import message
from invoices.choices import Delivery
from invoices.models import BillingProfile, Invoice, MethodPoint
from invoices.services.documents import render
from tests import factories
from tests.invoices.documents.bills import closed_bill, invoice_of


@pytest.fixture
def invoice(customer: Account) -> Invoice:
    for language in ("en", "ja"):
        factories.person(
            customer, role=Role.VIEWER, email=f"{language}@example.com", language=language
        )
    factories.person(customer, email="quiet@example.com", mails_invoices=False)
    factories.person(factories.account(), email="elsewhere@example.com")
    return invoice_of(closed_bill(customer))


def make(invoice: Invoice) -> dict[str, Mail]:
    render(invoice_id=invoice.pk, now=factories.NOW)
    return {mail.to: mail for mail in Mail.objects.all()}


def test_who_wants_to_know_gets_one_mail_in_their_language(invoice: Invoice) -> None:
    mails = make(invoice)
    assert set(mails) == {"en@example.com", "ja@example.com"}
    english, japanese = mails["en@example.com"], mails["ja@example.com"]
    assert english.subject == f"Invoice {invoice.label}: October 2026, Japan"
    assert "2026年10月分(日本)" in japanese.text
    assert (english.kind, english.account_key) == ("invoice", invoice.account.key)


def test_amount_due_day_and_address_are_said(invoice: Invoice) -> None:
    text = make(invoice)["en@example.com"].text
    assert f"¥{invoice.total_minor:,}" in text
    assert f"{invoice.due_date.day} {invoice.due_date:%B %Y}" in text
    assert f"http://127.0.0.1:8000/invoices/?account={invoice.account.key}" in text


def test_made_again_nobody_is_told_again(invoice: Invoice) -> None:
    make(invoice)
    make(invoice)
    assert Mail.objects.count() == 2


def test_a_pdf_that_is_not_stored_is_not_told(
    invoice: Invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(name: str) -> None:
        if name == "render.file":
            raise KeyboardInterrupt

    monkeypatch.setattr("invoices.services.documents.rendering.reached", killed)
    with pytest.raises(KeyboardInterrupt):
        make(invoice)
    assert not Mail.objects.exists()


class TestTheBillingAddress:
    @pytest.fixture
    def profile(self, customer: Account) -> BillingProfile:
        profile = customer.billing_profiles.get()
        profile.email = "billing@example.com"
        profile.save()
        return profile

    def invoiced(self, profile: BillingProfile) -> Invoice:
        pair = {"account": profile.account, "coverage": "japan"}
        MethodPoint.objects.create(**pair, since=factories.MONTH, method="invoice")
        return invoice_of(closed_bill(profile.account))

    def test_gets_the_invoice_by_a_letter_of_its_own(self, profile: BillingProfile) -> None:
        mail = make(self.invoiced(profile))["billing@example.com"]
        assert (mail.kind, mail.attachment) == ("invoice-delivered", "")
        assert "サインイン後" in mail.text

    def test_gets_the_pdf_where_the_customer_wants_it(self, profile: BillingProfile) -> None:
        profile.delivery = Delivery.ATTACHED
        profile.save()
        mail = make(self.invoiced(profile))["billing@example.com"]
        assert "PDFを添付しています" in mail.text
        name, data, kind = message(mail).attachments[0]
        assert (name, kind) == (mail.attachment_name, "application/pdf")
        assert bytes(data).startswith(b"%PDF")

    def test_gets_nothing_where_invoices_go_by_post(self, profile: BillingProfile) -> None:
        profile.delivery = Delivery.POST
        profile.save()
        assert make(self.invoiced(profile)) == {}

    def test_is_told_once_if_it_is_a_persons_too(self, profile: BillingProfile) -> None:
        factories.person(profile.account, email="Billing@example.com")
        assert list(make(self.invoiced(profile))) == ["billing@example.com"]


def test_the_way_of_a_document_says_that_it_was_mailed(invoice: Invoice, client: Client) -> None:
    make(invoice)
    Mail.objects.filter(to="en@example.com").update(sent_at=factories.NOW)
    client.force_login(User.objects.get(email="en@example.com"))
    page = client.get(f"/invoices/{invoice.label}/payment/").content.decode()
    for said in ("PDF made", "Mailed", "To 1 address"):
        assert f"<p>{said}</p>" in page or f'<p class="quiet">{said}</p>' in page
