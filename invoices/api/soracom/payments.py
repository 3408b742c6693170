"""How the account pays, what was paid, and the documents of it."""

import json
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from billing_portal.common.api.reference import described
from billing_portal.common.money import Currency, from_minor
from invoices.api.soracom import answers
from invoices.api.soracom.base import PAYMENT, MoneyView, instant, seconds
from invoices.api.soracom.exports import ASYNC, Query, accepted, address, mode_of
from invoices.choices import PaymentMethod
from invoices.exports.handing import DOCUMENT, FILE_PREFIX
from invoices.models import Card, DocumentFile, Invoice
from invoices.selectors import cards, documents, transactions
from invoices.selectors.payment_status import PaymentStatus
from invoices.selectors.terms import ways_of
from invoices.selectors.transactions import Transaction
from invoices.services.payments.activating import activate

CODES = {
    "invalid_number", "incorrect_number", "invalid_cvc", "incorrect_cvc", "card_declined",
    "missing", "processing_error",
}  # fmt: skip
"""Reasons that the dialect has a word for; others are `card_declined`."""
OURS = {"no_card": "missing", "expired_card": "invalid_expiry"}
DONE = {PaymentStatus.PAID, PaymentStatus.REFUNDED, PaymentStatus.CANCELLED}


class CardView(MoneyView):
    """An address about the card of a coverage."""

    topic = PAYMENT

    def card(self) -> Card:
        """The card that is charged first; raises NotFound."""
        found = cards.cards_for(account_id=self.caller.account.pk, coverage=self.coverage)
        if not found:
            raise NotFound(_("There is no payment method."))
        return found[0]


class Method(CardView):
    """`GET /payment_methods/current`: the default card, or that an invoice is sent."""

    @described("How the account pays", answers.PaymentMethod, wrong=[404])
    def get(self, request: Request) -> Response:
        caller = self.caller
        pair = (caller.account.pk, self.coverage)
        ways = ways_of(account_ids=[caller.account.pk])
        if ways.method(pair, caller.month) == PaymentMethod.INVOICE:
            return Response({"properties": json.dumps({"method": "invoice"})})
        card = self.card()
        about = {
            "method": "card",
            "brand": card.brand,
            "last4": card.last4,
            "expiry": f"{card.exp_year:04}-{card.exp_month:02}",
        }
        said = {"properties": json.dumps(about)}
        said["updateDate"] = instant(card.renewed_at or card.added_at)
        if cards.last_day(card) < caller.now.date():
            said["errorCode"] = "invalid_expiry"
            said["errorMessage"] = _("The card has expired.")
        return Response(said)


class Activate(CardView):
    """`POST /payment_methods/current/activate`: try the card again for all that is unpaid."""

    changing: ClassVar[frozenset[str]] = frozenset({"POST"})

    @described("Charge the card for all that is unpaid", answers.NOTHING, wrong=[404])
    def post(self, request: Request) -> Response:
        self.card()
        caller = self.caller
        activate(
            account=caller.account,
            coverage=self.coverage,
            actor=caller.access.actor,
            now=caller.now,
        )
        return Response({})


class DocumentsView(MoneyView):
    """An address about documents and their payment."""

    topic = PAYMENT

    def one(self, label: str) -> Transaction:
        """Raises Invoice.DoesNotExist."""
        caller = self.caller
        return transactions.transaction(
            access=caller.access,
            account=caller.account,
            coverage=self.coverage,
            since=self.since,
            label=label.replace("\0", ""),
        )


class Payment(DocumentsView):
    """`GET /payment_history/transactions/{payment_transaction_id}`."""

    @described("The payment of a document", answers.Transaction, wrong=[404])
    def get(self, request: Request, label: str) -> Response:
        found = self.one(label)
        invoice, currency = found.invoice, Currency(found.invoice.currency)
        said: dict[str, Any] = {
            "amount": {
                "currency": invoice.currency,
                "subTotalAmount": from_minor(invoice.net_minor, currency),
                "taxAmount": from_minor(invoice.tax_minor, currency),
                "totalAmount": from_minor(invoice.total_minor, currency),
                "paymentAmount": from_minor(invoice.due_minor, currency),
            },
            "description": {
                "description": invoice.label,
                "itemList": [month.compact for month in found.months],
            },
        }
        return Response(said | _result(found))


class Statements(DocumentsView):
    """`GET /payment_statements`: documents of the last 18 months, latest first."""

    @described("Documents and their payment", answers.Statements)
    def get(self, request: Request) -> Response:
        caller = self.caller
        found = transactions.transactions(
            access=caller.access,
            account=caller.account,
            coverage=self.coverage,
            since=self.since,
        )
        return Response({"paymentStatementsList": [_statement(one) for one in found]})


class StatementExport(DocumentsView):
    """`POST /payment_statements/{payment_statement_id}/export`: the address of its PDF."""

    limit: ClassVar[str] = "export"

    @described("Export the PDF of a document", answers.Export, asks=Query)
    def post(self, request: Request, label: str) -> Response:
        mode = mode_of(request)
        try:
            label = self.one(label).invoice.label
            documents.pdf(access=self.caller.access, label=label)
        except (Invoice.DoesNotExist, DocumentFile.DoesNotExist) as error:
            said = _("There is no payment statement %(id)s, or its PDF is not made yet.")
            raise ValidationError({"payment_statement_id": [said % {"id": label}]}) from error
        if mode == ASYNC:
            return Response(accepted(f"{FILE_PREFIX}{label}"))
        return Response({"url": address(request, self.caller, DOCUMENT, label)})


def _statement(one: Transaction) -> dict[str, Any]:
    invoice = one.invoice
    said: dict[str, Any] = {
        "paymentStatementId": invoice.label,
        "amount": from_minor(invoice.total_minor, Currency(invoice.currency)),
        "currency": invoice.currency,
        "chargedYearMonths": [month.compact for month in one.months],
        "paymentStatementInfo": one.status.value,
    }
    if one.paid_at is not None:
        said |= {"paymentDateTime": seconds(one.paid_at), "paymentMethod": one.paid_by}
    return said


def _result(found: Transaction) -> dict[str, str]:
    """The outcome as far as there is one."""
    if found.status in DONE:
        return {"status": "success", "messageCode": "success"}
    if not found.code:
        return {"messageCode": "processing"}
    code = OURS.get(found.code, found.code)
    known = code if code in {*CODES, *OURS.values()} else "card_declined"
    return {"status": "error", "messageCode": known, "message": found.code}
