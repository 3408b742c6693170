"""Telling people that a document is there."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils import translation

from accounts.services import mail
from billing_portal.common.parts.figures import day, money_text, month_name
from invoices.choices import Delivery, DocumentKind
from invoices.models import BillingProfile, DocumentFile, Invoice
from usage.choices import Coverage

KINDS = {DocumentKind.INVOICE: "invoice", DocumentKind.STATEMENT: "statement"}
CORRECTION, DELIVERED = "correction", "invoice-delivered"


def tell(*, file: DocumentFile, now: datetime) -> None:
    """Queue a mail to everybody of the account who wants to know, each in their language.

    Documents but statements go to the billing address as well, unless they go by post. The PDF is
    attached where the customer chose that.
    """
    invoice = file.invoice
    profile = _profile(invoice)
    sent = {"account_key": invoice.account.key, "now": now, **_attached(file, profile)}
    same: dict[str, Any] = {"invoice": invoice, "profile": profile, "sent": sent}
    told = set()
    kind = KINDS.get(DocumentKind(invoice.kind), CORRECTION)
    if profile and profile.email and _is_delivered(invoice, profile):
        own = DELIVERED if kind == "invoice" else kind
        _queue(own, profile.email, profile.language, **same)
        told.add(profile.email.lower())
    for person in mail.people_of(account=invoice.account, kind=kind):
        if person.email.lower() not in told:
            _queue(kind, person.email, person.language, **same)


def _profile(invoice: Invoice) -> BillingProfile | None:
    coverage = invoice.coverage or Coverage.JAPAN
    settings = {"settings__account": invoice.account_id, "settings__coverage": coverage}
    return BillingProfile.objects.filter(**settings).first()


def _is_delivered(invoice: Invoice, profile: BillingProfile) -> bool:
    is_statement = invoice.kind == DocumentKind.STATEMENT
    return not is_statement and profile.delivery != Delivery.POST


def _attached(file: DocumentFile, profile: BillingProfile | None) -> dict[str, str]:
    if profile is None or profile.delivery != Delivery.ATTACHED:
        return {}
    return {"attachment": file.stored_as, "attachment_name": f"{file.invoice.label}.pdf"}


def _queue(
    kind: str,
    to: str,
    language: str,
    *,
    invoice: Invoice,
    profile: BillingProfile | None,
    sent: dict[str, Any],
) -> None:
    with translation.override(language):
        context = _context(invoice)
    context["company"] = profile.company if profile else invoice.account.team_name
    context["enclosed"] = "attached" if "attachment" in sent else "linked"
    mail.queue(to=to, kind=kind, language=language, context=context, about=invoice.label, **sent)


def _context(invoice: Invoice) -> dict[str, str]:
    amount = invoice.due_minor if invoice.kind in KINDS else invoice.total_minor
    query = urlencode({"account": invoice.account.key})
    return {
        "label": invoice.label,
        "document": invoice.kind,
        "team": invoice.account.team_name,
        "month": month_name(invoice.month),
        "coverage": invoice.coverage or "both",
        "amount": money_text(amount, invoice.currency),
        "due": day(invoice.due_date),
        "link": f"{mail.link('invoices')}?{query}",
    }
