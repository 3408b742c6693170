"""How what stands on a document is written into its snapshot (docs/documents.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing_portal.common.money import Currency, Rounding, plain
from billing_portal.common.periods import Month
from invoices.models import Issuer
from invoices.pdf import PRINTABLE
from invoices.rating.exchange import Method, Quote, tax_in_yen
from invoices.rating.taxes import Statement, TaxGroup, differences
from invoices.selectors.settings import Recipient
from invoices.services.documents.groups import Group
from invoices.services.documents.sections import (
    Conversion,
    FeeLine,
    Section,
    conversion_values,
    fee_values,
    group_values,
    section_values,
)
from invoices.services.documents.snapshots import clean
from invoices.services.documents.sources import Sources


@dataclass(frozen=True, slots=True)
class Body:
    """What is added up. `foreign` states the lines in USD of a document in JPY."""

    currency: Currency
    sections: Sequence[Section]
    fees: Sequence[FeeLine]
    conversions: Sequence[Conversion]
    foreign: Statement | None
    statement: Statement


def values_of(
    body: Body, group: Group, recipient: Recipient, quote: Quote | None, sources: Sources
) -> dict[str, Any]:
    """Return the snapshot but for kind, number, dates of issue, points and arrears."""
    language, issuer = recipient.language, sources.issuer
    return {
        **heading_values(issuer, recipient, body.currency, group.month, group.month.last_day),
        "sections": [section_values(each, language, sources) for each in body.sections],
        "fees": [fee_values(fee, language) for fee in body.fees],
        "exchange": exchange_values(quote),
        "conversions": [conversion_values(each) for each in body.conversions],
        "differences": _differences_of(body),
        **statement_values(body.statement),
        "jpy_tax": jpy_tax_of(body.statement, body.currency, quote, issuer),
    }


def heading_values(
    issuer: Issuer, recipient: Recipient, currency: Currency, month: Month, closing: date
) -> dict[str, Any]:
    """Who asks whom, in which currency, language and rounding, and for when."""
    return {
        "form": PRINTABLE,
        "language": recipient.language,
        "currency": currency.value,
        "rounding": Rounding(issuer.rounding).value,
        "month": month.iso,
        "closing_date": closing.isoformat(),
        "seller": seller_values(issuer, recipient.language),
        "recipient": recipient_values(recipient),
    }


def statement_values(statement: Statement) -> dict[str, Any]:
    return {
        "rates": [{**group_values(rate.group), **_sums(rate)} for rate in statement.rates],
        "totals": _sums(statement),
    }


def jpy_tax_values(
    statement: Statement, *, rate: Decimal, method: Method, rounding: Rounding, converted: bool
) -> dict[str, Any]:
    """The tax of a document in USD, stated in JPY (Q40). `converted` amounts are rounded or not."""
    taxes = [
        (
            each.group,
            tax_in_yen(
                each,
                currency=Currency.USD,
                rate=rate,
                method=method,
                rounding=rounding,
                round_converted=converted,
            ),
        )
        for each in statement.rates
        if each.rate
    ]
    return {
        "method": method.value,
        "round_converted": converted,
        "rates": [{**group_values(group), "tax_minor": tax} for group, tax in taxes],
        "tax_minor": sum(tax for _group, tax in taxes),
    }


def seller_values(issuer: Issuer, language: str) -> dict[str, str]:
    english = language == "en"
    return {
        "name": clean((english and issuer.name_en) or issuer.name),
        "address": clean((english and issuer.address_en) or issuer.address),
        "registration_number": clean(issuer.registration_number),
        "bank_account": clean(issuer.bank_account),
        "contact": clean(issuer.contact),
    }


def recipient_values(recipient: Recipient) -> dict[str, str]:
    names = ("account_key", "company", "department", "contact", "address", "email", "country")
    return {name: clean(getattr(recipient, name)) for name in names}


def exchange_values(quote: Quote | None) -> dict[str, str] | None:
    if quote is None:
        return None
    return {
        "currency": Currency.USD.value,
        "rate": plain(quote.rate),
        "day": quote.day.isoformat(),
        "source": clean(quote.source),
    }


def difference_values(
    statement: Statement, currency: Currency, printed: Sequence[tuple[TaxGroup, int]]
) -> list[dict[str, Any]]:
    """One line for each rate of a currency whose printed lines do not add up (R-DIFFERENCE)."""
    left = differences(statement, printed)
    return [
        {"currency": currency.value, **group_values(rate.group), "minor": left[rate.group]}
        for rate in statement.rates
        if rate.group in left
    ]


def _differences_of(body: Body) -> list[dict[str, Any]]:
    stated = {body.currency: body.statement}
    if body.foreign is not None:
        stated[Currency.USD] = body.foreign
    return [
        each
        for currency, statement in stated.items()
        for each in difference_values(statement, currency, _printed(body, currency))
    ]


def _printed(body: Body, currency: Currency) -> list[tuple[TaxGroup, int]]:
    lines = [
        (line.group, line.printed_minor)
        for section in body.sections
        if section.bill.currency == currency
        for line in section.lines
    ]
    if currency is body.currency:
        lines += [(fee.group, fee.printed_minor) for fee in body.fees]
        lines += [(each.group, each.printed_minor) for each in body.conversions]
    return lines


def jpy_tax_of(
    statement: Statement, currency: Currency, quote: Quote | None, issuer: Issuer
) -> dict[str, Any] | None:
    """The tax of a document in USD in JPY, as the issuer states it; None on one in JPY."""
    if quote is None or currency is Currency.JPY:
        return None
    return jpy_tax_values(
        statement,
        rate=quote.rate,
        method=Method(issuer.exchange_method),
        rounding=Rounding(issuer.rounding),
        converted=issuer.exchange_rounded,
    )


def _sums(stated: Any) -> dict[str, int]:
    return {name: getattr(stated, name) for name in ("net_minor", "tax_minor", "gross_minor")}
