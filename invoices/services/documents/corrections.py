"""Corrections of issued documents: a document of its own each, numbered, sealed and audited.

A modified invoice takes the place of another one and says the same of money. A return invoice gives
back all or part of one; its amounts are worked out as positive ones and then get their sign (Q35).
What it gives back lowers what is open; what was paid already becomes credit of the customer, and
what credit points paid goes back to them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from billing_portal.common.money import Currency, Rounding, from_minor, plain
from invoices.choices import DocumentKind
from invoices.models import Invoice, Issuer
from invoices.pdf import PRINTABLE
from invoices.rating.exchange import Method
from invoices.rating.taxes import RateTotal, Statement, TaxGroup, state_groups
from invoices.selectors import settings
from invoices.services.credits import points
from invoices.services.documents.composition import Draft
from invoices.services.documents.numbering import number
from invoices.services.documents.sections import group_values
from invoices.services.documents.snapshots import clean
from invoices.services.documents.standing import Standing, standing_of
from invoices.services.documents.values import (
    jpy_tax_values,
    recipient_values,
    seller_values,
    statement_values,
)
from invoices.services.payments import receivables
from usage.choices import Coverage


class CorrectionRefused(Exception):
    """The message says what cannot be corrected so, and why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnWish:
    """What is given back: net amounts in minor units by rate, or None for all that is left."""

    invoice_id: int
    amounts: Mapping[TaxGroup, int] | None
    reason: str


def modify(*, invoice_id: int, reason: str, actor: str, now: datetime) -> Invoice:
    """Replace a document by one that is addressed to the present recipient.

    Raises CorrectionRefused where it is not the one in force, or the tax would be another.
    """
    with transaction.atomic():
        invoice, standing = _held(invoice_id)
        values = _upgraded(json.loads(invoice.snapshot))
        coverage = invoice.coverage or Coverage.JAPAN.value
        pair = invoice.account_id, coverage
        recipient = settings.recipients(pairs=[pair])[pair]
        if recipient.country != values["recipient"]["country"]:
            raise CorrectionRefused(_("The country decides the tax, so it must stay the same."))
        draft = Draft(
            kind=DocumentKind.MODIFIED,
            account_id=invoice.account_id,
            coverage=invoice.coverage,
            counterparty=clean(recipient.company),
            month=invoice.month,
            currency=Currency(invoice.currency),
            statement=_totals(invoice),
            due_minor=invoice.due_minor,
            due=invoice.due_date,
            values={
                **values,
                **_reference(invoice, reason),
                "recipient": recipient_values(recipient),
            },
            corrects=standing.in_force,
        )
        return _issued(draft, "invoice.modify", reason, actor, now)


def give_back(*, wish: ReturnWish, actor: str, now: datetime) -> Invoice:
    """Issue a return invoice. Raises CorrectionRefused, also where more than is left is asked."""
    with transaction.atomic():
        invoice, standing = _held(wish.invoice_id)
        values = _upgraded(json.loads(invoice.snapshot))
        taken = _rest(standing) if wish.amounts is None else _stated(wish.amounts, values, standing)
        if taken.gross_minor <= 0:
            raise CorrectionRefused(_("Nothing is left that could be returned."))
        money = min(taken.gross_minor, standing.money_minor)
        draft = Draft(
            kind=DocumentKind.RETURN,
            account_id=invoice.account_id,
            coverage=invoice.coverage,
            counterparty=invoice.counterparty,
            month=invoice.month,
            currency=Currency(invoice.currency),
            statement=_signed(taken),
            due_minor=-money,
            due=invoice.due_date,
            values={
                **_returned(taken, values, standing, wish),
                **_reference(invoice, wish.reason),
                "points": money - taken.gross_minor,
                "amount_due_minor": -money,
                "payable_minor": -money,
            },
            corrects=invoice,
        )
        document = _issued(draft, "invoice.return", wish.reason, actor, now)
        if taken.gross_minor > money:
            back = taken.gross_minor - money
            points.give_back(document=document, points=back, actor=actor, now=now)
        return document


def _held(invoice_id: int) -> tuple[Invoice, Standing]:
    """The document, locked so that nobody corrects it at the same time.

    Not against rows that name it: who settles its payment holds the receivable, for which we wait.
    """
    rows = Invoice.objects.select_for_update(of=("self",), no_key=True)
    invoice = rows.select_related("account", "corrects").get(pk=invoice_id)
    if invoice.kind == DocumentKind.RETURN:
        raise CorrectionRefused(_("A return invoice is not corrected."))
    standing = standing_of(invoice=invoice)
    if standing.in_force != invoice:
        label = standing.in_force.label
        raise CorrectionRefused(_("%(label)s took its place: correct that one.") % {"label": label})
    return invoice, standing


def _issued(draft: Draft, action: str, reason: str, actor: str, now: datetime) -> Invoice:
    issuer: Issuer = settings.issuer()
    day = settings.today(now=now)
    [document] = number(drafts=[draft], issuer=issuer, issue_date=day, now=now)
    receivables.open_for(invoices=[document], now=now)
    corrected = draft.corrects.label if draft.corrects else ""
    audit.record(
        actor=actor,
        action=action,
        now=now,
        account_key=document.account.key,
        subject=document.label,
        detail={"corrects": corrected, "reason": reason, "total": document.total_minor},
    )
    return document


def _reference(invoice: Invoice, reason: str) -> dict[str, Any]:
    kind = json.loads(invoice.snapshot).get("corrects", {}).get("kind") or invoice.kind
    return {
        "corrects": {
            "label": invoice.label,
            "kind": str(kind),
            "issue_date": invoice.issue_date.isoformat(),
        },
        "reason": clean(reason),
    }


def _stated(
    amounts: Mapping[TaxGroup, int], values: Mapping[str, Any], standing: Standing
) -> Statement:
    """What some net amounts come to by the rules of the original; never more than is left."""
    currency = Currency(values["currency"])
    if any(minor < 0 for minor in amounts.values()):
        raise CorrectionRefused(_("Amounts below zero cannot be returned."))
    lines = [(group, from_minor(minor, currency)) for group, minor in amounts.items() if minor]
    stated = state_groups(lines, currency=currency, rounding=Rounding(values["rounding"]))
    for rate in stated.rates:
        left = standing.left.get(rate.group, (0, 0, 0))
        wanted = rate.net_minor, rate.tax_minor, rate.gross_minor
        if any(part > most for part, most in zip(wanted, left, strict=True)):
            text = _("That is more than is left of the document: return all that is left instead.")
            raise CorrectionRefused(text)
    return stated


def _rest(standing: Standing) -> Statement:
    """All that is left, by subtraction: a whole return mirrors what it returns."""
    rates = tuple(
        RateTotal(group.category, group.rate, *triple)
        for group, triple in standing.left.items()
        if any(triple)
    )
    return _summed(rates)


def _signed(taken: Statement) -> Statement:
    return _summed(
        tuple(
            replace(
                rate,
                net_minor=-rate.net_minor,
                tax_minor=-rate.tax_minor,
                gross_minor=-rate.gross_minor,
            )
            for rate in taken.rates
        )
    )


def _summed(rates: tuple[RateTotal, ...]) -> Statement:
    return Statement(
        rates,
        net_minor=sum(rate.net_minor for rate in rates),
        tax_minor=sum(rate.tax_minor for rate in rates),
        gross_minor=sum(rate.gross_minor for rate in rates),
    )


def _totals(invoice: Invoice) -> Statement:
    return Statement((), invoice.net_minor, invoice.tax_minor, invoice.total_minor)


def _returned(
    taken: Statement, values: Mapping[str, Any], standing: Standing, wish: ReturnWish
) -> dict[str, Any]:
    """The snapshot of a return invoice, but for what it refers to and how it is settled."""
    currency = Currency(values["currency"])
    signed = _signed(taken)
    asked = wish.amounts or {rate.group: rate.net_minor for rate in taken.rates}
    lines = [(rate.group, asked[rate.group], rate.net_minor) for rate in taken.rates]
    ordered = [each["order"] for each in values["sections"] if "order" in each]
    kept = ("language", "currency", "rounding", "month", "closing_date", "recipient", "exchange")
    return {
        **{name: values[name] for name in kept},
        **({"order": ordered[0]} if ordered else {}),
        "form": PRINTABLE,
        "basis": "rest" if wish.amounts is None else "amounts",
        "seller": seller_values(settings.issuer(), values["language"]),
        "sections": [],
        "fees": [],
        "conversions": [],
        "returned": [
            {
                "amount": plain(from_minor(minor, currency)),
                "printed_minor": -minor,
                **group_values(group),
            }
            for group, minor, _net in lines
        ],
        "differences": [
            {"currency": currency.value, **group_values(group), "minor": minor - net}
            for group, minor, net in lines
            if minor != net
        ],
        **statement_values(signed),
        "jpy_tax": _jpy_returned(taken, values, standing, wish),
        "carried_over": [],
        "carried_over_minor": 0,
    }


def _jpy_returned(
    taken: Statement, values: Mapping[str, Any], standing: Standing, wish: ReturnWish
) -> dict[str, Any] | None:
    said = values["jpy_tax"]
    if said is None:
        return None
    method = Method(said["method"])
    if wish.amounts is None:
        rates = [
            {**group_values(group), "tax_minor": minor}
            for group, minor in standing.jpy_left.items()
        ]
        stated = {"method": method.value, "round_converted": said["round_converted"]}
        stated |= {"rates": rates, "tax_minor": sum(standing.jpy_left.values())}
    else:
        stated = jpy_tax_values(
            taken,
            rate=Decimal(values["exchange"]["rate"]),
            method=method,
            rounding=Rounding(values["rounding"]),
            converted=said["round_converted"],
        )
    negative = [{**rate, "tax_minor": -rate["tax_minor"]} for rate in stated["rates"]]
    return {**stated, "rates": negative, "tax_minor": -stated["tax_minor"]}


def _upgraded(values: dict[str, Any]) -> dict[str, Any]:
    """A snapshot of the first form with the parts that it did not have yet."""
    due = values["amount_due_minor"]
    missing = {
        "fees": [],
        "exchange": None,
        "conversions": [],
        "jpy_tax": None,
        "points": 0,
        "carried_over": [],
        "carried_over_minor": 0,
        "payable_minor": due,
    }
    differences = [{"currency": values["currency"], **each} for each in values["differences"]]
    return {**missing, **values, "form": PRINTABLE, "differences": differences}
