"""Telling people that an invoice is there."""

from datetime import datetime
from urllib.parse import urlencode

from django.utils import translation

from accounts.services import mail
from billing_portal.common.parts.figures import day, money_text, month_name
from invoices.models import Invoice

KIND = "invoice"


def tell(*, invoice: Invoice, now: datetime) -> None:
    """Queue a mail to everybody of the account who wants to know, each in their language."""
    for person in mail.people_of(account=invoice.account, kind=KIND):
        with translation.override(person.language):
            context = _context(invoice)
        mail.queue(
            to=person.email,
            kind=KIND,
            language=person.language,
            context=context,
            account_key=invoice.account.key,
            now=now,
        )


def _context(invoice: Invoice) -> dict[str, str]:
    coverages = sorted(invoice.invoice_bills.values_list("bill__coverage", flat=True))
    query = urlencode({"account": invoice.account.key})
    return {
        "label": invoice.label,
        "team": invoice.account.team_name,
        "month": month_name(invoice.month),
        "coverage": coverages[0] if len(set(coverages)) == 1 else "both",
        "amount": money_text(invoice.total_minor, invoice.currency),
        "due": day(invoice.due_date),
        "link": f"{mail.link('invoices')}?{query}",
    }
