"""How the payment of one document stands, and how it got there."""

from collections.abc import Iterator
from operator import attrgetter

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts.views.visit import Visit, visited
from billing_portal.common.parts.figures import day, money_text
from billing_portal.common.parts.shapes import Event
from invoices.choices import ChargeState, PaymentEntryKind, PaymentMethod
from invoices.models import Charge, Invoice, PaymentEntry, Receivable
from invoices.selectors import receivables
from invoices.selectors.settings import today
from invoices.services.documents import annexes
from invoices.services.payments.charging import NO_CARD
from invoices.services.payments.news import reason_of


@require_GET
@visited
def page(visit: Visit, label: str) -> HttpResponse:
    """What did we pay of this document, when and how?"""
    invoice = receivables.document(access=visit.access, label=label)
    row = invoice.receivable
    row.invoice = invoice
    events = sorted(_events(invoice, row), key=attrgetter("at"))
    standing = receivables.standing(row, due=invoice.due_date, today=today(now=visit.now))
    return visit.page(
        "invoices/payments/payment.html",
        invoice.account,
        invoice=invoice,
        row=row,
        standing=standing,
        events=events,
        is_card=row.method == PaymentMethod.CARD,
        annexed=[bill for bill in annexes.bills_of(invoice=invoice) if hasattr(bill, "annex")],
    )


def _events(invoice: Invoice, row: Receivable) -> Iterator[Event]:
    currency = invoice.currency
    asked = {"amount": money_text(row.amount_minor, currency), "due": day(invoice.due_date)}
    yield Event(invoice.issued_at, _("Document issued"), _("%(amount)s, due on %(due)s") % asked)
    yield from _made_and_mailed(invoice)
    for use in invoice.point_entries.order_by("pk"):
        text = money_text(abs(use.amount), "JPY")
        yield Event(use.at, _("Credit points: %(kind)s") % {"kind": use.get_kind_display()}, text)
    for entry in receivables.movements(receivable=row):
        yield _movement(entry, currency)
    failures = list(receivables.failures(receivable=row))
    yield from map(_attempt, failures)
    for sent_at in row.reminders.values_list("sent_at", flat=True):
        if sent_at is not None:
            yield Event(sent_at, _("Reminder sent"))
    if row.given_up_at is not None:
        text = _("The features of the plan were switched off.")
        if not failures:
            text = f"{reason_of(NO_CARD)} {text}"
        yield Event(row.given_up_at, _("Payment failed"), text, kind="problem")


def _made_and_mailed(invoice: Invoice) -> Iterator[Event]:
    file = getattr(invoice, "file", None)
    if file is not None:
        yield Event(file.made_at, _("PDF made"))
    mails = receivables.mails(invoice=invoice).values_list("sent_at", flat=True)
    sent = [at for at in mails if at is not None]
    if sent:
        text = ngettext("To %(count)d address", "To %(count)d addresses", len(sent))
        yield Event(sent[0], _("Mailed"), text % {"count": len(sent)})


def _movement(entry: PaymentEntry, currency: str) -> Event:
    source = _source(entry)
    said = {
        "amount": money_text(entry.amount_minor, currency),
        "open": money_text(entry.left_minor, currency),
        "source": source,
    }
    with_source = _("%(amount)s, %(source)s; %(open)s open afterwards")
    plain = _("%(amount)s; %(open)s open afterwards")
    text = (with_source if source else plain) % said
    paid = entry.amount_minor > 0 and entry.left_minor == 0
    kind = PaymentEntryKind(entry.kind)
    return Event(entry.at, kind.label, text, kind="good" if paid else "")


def _source(entry: PaymentEntry) -> str:
    if entry.charge is not None:
        return str(entry.charge.card)
    if entry.transfer is not None:
        return str(entry.transfer.payer)
    return entry.document.label if entry.document is not None else ""


def _attempt(charge: Charge) -> Event:
    if charge.state == ChargeState.STARTED:
        return Event(charge.started_at, _("Being charged"), str(charge.card))
    said = {"card": charge.card, "reason": reason_of(charge.code)}
    text = _("%(card)s: %(reason)s") % said
    return Event(charge.ended_at or charge.started_at, _("Charge failed"), text, kind="warning")
