"""The document of something that is sold at once, beside what the close of months bills."""

from datetime import date, datetime
from typing import Any

from billing_portal.common.money import Currency, Rounding, plain, to_minor
from billing_portal.common.periods import Month
from invoices.choices import DocumentKind, DueRule, PaymentMethod
from invoices.models import Invoice, Order
from invoices.rating.exchange import Quote, quote_for
from invoices.rating.taxes import TaxGroup, state_groups
from invoices.selectors import settings
from invoices.selectors.terms import quotes_for
from invoices.services.credits import points
from invoices.services.documents.composition import Draft
from invoices.services.documents.issuing import settled
from invoices.services.documents.numbering import number
from invoices.services.documents.sections import group_values
from invoices.services.documents.snapshots import clean
from invoices.services.documents.values import (
    difference_values,
    exchange_values,
    heading_values,
    jpy_tax_of,
    statement_values,
)
from invoices.services.payments import receivables

KINDS = {
    PaymentMethod.CARD: DocumentKind.STATEMENT,
    PaymentMethod.INVOICE: DocumentKind.INVOICE,
}


def sell(*, order: Order, method: PaymentMethod, group: TaxGroup, now: datetime) -> Invoice:
    """Issue the document of an order that is paid by itself, when it is confirmed.

    It is of the coverage and in the currency of the order, of the day of the purchase (UTC); credit
    points and credit of the customer pay it first, arrears do not stand on it. A card is charged at
    once, so that it is due on the day of issue. Raises NoIssuer or MissingExchangeRate.
    """
    issuer, day = settings.issuer(), settings.today(now=now)
    draft = _draft(order, KINDS[method], group, now)
    purse = points.lock(account_ids=[order.account_id], on=day)
    draws = purse.draw(
        account_id=order.account_id, currency=draft.currency, due_minor=draft.due_minor
    )
    issued = number(drafts=[settled(draft, draws)], issuer=issuer, issue_date=day, now=now)
    points.spend(uses={issued[0]: draws}, now=now)
    receivables.open_for(invoices=issued, now=now)
    return issued[0]


def _draft(order: Order, kind: DocumentKind, group: TaxGroup, now: datetime) -> Draft:
    issuer, day = settings.issuer(), settings.today(now=now)
    pair = order.account_id, order.coverage
    recipient = settings.recipients(pairs=[pair])[pair]
    currency, month = Currency(order.currency), Month.of(now)
    rounding = Rounding(issuer.rounding)
    statement = state_groups([(group, order.unit_price)], currency=currency, rounding=rounding)
    printed = to_minor(order.unit_price, currency, rounding)
    quote = _quote(currency, group, day)
    values = {
        **heading_values(issuer, recipient, currency, month, now.date()),
        "kind": kind.value,
        "sections": [_section(order, group, printed, recipient.language, now.date())],
        "fees": [],
        "exchange": exchange_values(quote),
        "conversions": [],
        "differences": difference_values(statement, currency, [(group, printed)]),
        **statement_values(statement),
        "jpy_tax": jpy_tax_of(statement, currency, quote, issuer),
    }
    return Draft(
        kind=kind,
        account_id=order.account_id,
        coverage=order.coverage,
        counterparty=clean(recipient.company),
        month=month,
        currency=currency,
        statement=statement,
        due_minor=statement.gross_minor,
        due=day if kind == DocumentKind.STATEMENT else DueRule(issuer.due_rule),
        values=values,
    )


def _quote(currency: Currency, group: TaxGroup, day: date) -> Quote | None:
    """A sale in USD that is taxed states its tax in JPY, at the rate of the day (Q40)."""
    if currency is Currency.JPY or not group.rate:
        return None
    return quote_for(quotes_for(days=[day], currency=currency), day, currency=currency)


def _section(
    order: Order, group: TaxGroup, printed: int, language: str, day: date
) -> dict[str, Any]:
    item = order.item
    titles = (item.title_en, item.title_ja)
    title = next(filter(None, titles if language == "en" else reversed(titles)), item.name)
    return {
        "coverage": order.coverage,
        "currency": order.currency,
        "month": Month.of(day).iso,
        "period_first": day.isoformat(),
        "period_last": day.isoformat(),
        "order": order.key,
        "net": plain(order.unit_price),
        "lines": [
            {
                "name": clean(item.name),
                "code": item.code,
                "title": clean(title),
                "category": item.category,
                "unit": "",
                "quantity": "1",
                "amount": plain(order.unit_price),
                "printed_minor": printed,
                **group_values(group),
            }
        ],
    }
