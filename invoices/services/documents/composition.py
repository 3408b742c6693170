"""What stands on a document: recipient, sections with printed lines, tax per rate, amount due.

A document takes a list of bills, each of which becomes a section. One bill makes one document now;
merged ones bring a longer list.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from billing_portal.common.money import CONTEXT, Currency, Rounding, plain, to_minor
from billing_portal.common.periods import Month
from invoices.models import Bill, BillItemTotal, Issuer
from invoices.pdf import PRINTABLE
from invoices.rating.taxes import Statement, TaxGroup, TaxTable, differences, state_groups
from invoices.selectors.settings import Pair, Recipient
from invoices.services.documents.snapshots import clean


class BillDiffers(RuntimeError):
    """A document would say something else than the bill it is made of (rule Q60)."""


class NegativeTotal(RuntimeError):
    """A document would ask for less than nothing (rule Q32)."""


class Title(NamedTuple):
    """The names of an item for people; either may be empty."""

    ja: str
    en: str


class Line(NamedTuple):
    """One printed line: all rows of an item and month that are taxed alike (R-LINE)."""

    total: BillItemTotal
    group: TaxGroup
    quantity: Decimal
    amount: Decimal
    printed_minor: int


class Section(NamedTuple):
    """The part of a document that one bill makes."""

    bill: Bill
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything besides the bills that documents are made of, loaded once for many."""

    issuer: Issuer
    recipients: Mapping[Pair, Recipient]
    totals: Mapping[int, Sequence[BillItemTotal]]
    titles: Mapping[str, Title]
    taxes: TaxTable

    @property
    def rounding(self) -> Rounding:
        return Rounding(self.issuer.rounding)


@dataclass(frozen=True, slots=True)
class Draft:
    """A document without number, dates of issue and seal."""

    account_id: int
    bills: tuple[Bill, ...]
    month: Month
    currency: Currency
    statement: Statement
    values: Mapping[str, Any]

    @property
    def due_date(self) -> date:
        """Return the last day of the month after the billed one (Q46)."""
        return self.month.next.last_day


def draft(*, bills: Sequence[Bill], sources: Sources) -> Draft:
    """Compose the document of some bills of one account and currency.

    Raises MissingTaxRate, BillDiffers or NegativeTotal.
    """
    first = bills[0]
    currency = Currency(first.currency)
    recipient = sources.recipients[first.account_id, first.coverage]
    sections = [_section(bill, recipient, sources) for bill in bills]
    statement = state_groups(
        [(line.group, line.amount) for section in sections for line in section.lines],
        currency=currency,
        rounding=sources.rounding,
    )
    _check(bills, statement)
    month = max(bill.month for bill in bills)
    return Draft(
        account_id=first.account_id,
        bills=tuple(bills),
        month=month,
        currency=currency,
        statement=statement,
        values=_values(sections, statement, recipient, sources, month),
    )


def _section(bill: Bill, recipient: Recipient, sources: Sources) -> Section:
    rows: dict[tuple[str, TaxGroup, Month | None], list[BillItemTotal]] = defaultdict(list)
    for total in sources.totals.get(bill.pk, ()):
        group = sources.taxes.group(total.tax_category, total.tax_date, country=recipient.country)
        rows[total.name, group, total.corrects].append(total)
    lines = tuple(
        _line(totals, group, Currency(bill.currency), sources.rounding)
        for (_name, group, _month), totals in rows.items()
    )
    summed = _sum(line.amount for line in lines)
    if summed != bill.net:
        raise BillDiffers(
            f"{bill}: the items sum to {plain(summed)}, the bill to {plain(bill.net)}."
        )
    return Section(bill, lines)


def _line(
    totals: Sequence[BillItemTotal], group: TaxGroup, currency: Currency, rounding: Rounding
) -> Line:
    amount = _sum(total.amount for total in totals)
    quantity = _sum(total.quantity for total in totals)
    return Line(totals[0], group, quantity, amount, to_minor(amount, currency, rounding))


def _sum(amounts: Any) -> Decimal:
    total = Decimal(0)
    for amount in amounts:
        total = CONTEXT.add(total, amount)
    return total


def _check(bills: Sequence[Bill], statement: Statement) -> None:
    stated = (statement.tax_minor, statement.gross_minor)
    if len(bills) == 1 and stated != (bills[0].tax_minor, bills[0].gross_minor):
        raise BillDiffers(
            f"{bills[0]}: the document would state tax {stated[0]} and total {stated[1]}, the bill"
            f" has tax {bills[0].tax_minor} and total {bills[0].gross_minor} (minor units)."
        )
    if statement.gross_minor < 0:
        raise NegativeTotal(f"{bills[0]}: the document would ask for {statement.gross_minor}.")


def _values(
    sections: Sequence[Section],
    statement: Statement,
    recipient: Recipient,
    sources: Sources,
    month: Month,
) -> dict[str, Any]:
    printed = [(line.group, line.printed_minor) for section in sections for line in section.lines]
    left = differences(statement, printed)
    return {
        "form": PRINTABLE,
        "language": recipient.language,
        "currency": sections[0].bill.currency,
        "rounding": sources.rounding.value,
        "month": month.iso,
        "closing_date": month.last_day.isoformat(),
        "seller": _seller(sources.issuer, recipient.language),
        "recipient": _recipient(recipient),
        "sections": [_section_values(each, recipient.language, sources) for each in sections],
        "differences": [
            {**_group_values(rate.group), "minor": left[rate.group]}
            for rate in statement.rates
            if rate.group in left
        ],
        "rates": [{**_group_values(rate.group), **_sums(rate)} for rate in statement.rates],
        "totals": _sums(statement),
        "amount_due_minor": statement.gross_minor,
    }


def _seller(issuer: Issuer, language: str) -> dict[str, str]:
    english = language == "en"
    return {
        "name": clean((english and issuer.name_en) or issuer.name),
        "address": clean((english and issuer.address_en) or issuer.address),
        "registration_number": clean(issuer.registration_number),
        "bank_account": clean(issuer.bank_account),
        "contact": clean(issuer.contact),
    }


def _recipient(recipient: Recipient) -> dict[str, str]:
    names = ("account_key", "company", "department", "contact", "address", "email", "country")
    return {name: clean(getattr(recipient, name)) for name in names}


def _section_values(section: Section, language: str, sources: Sources) -> dict[str, Any]:
    bill = section.bill
    return {
        "coverage": bill.coverage,
        "currency": bill.currency,
        "month": bill.month.iso,
        "period_first": bill.month.first_day.isoformat(),
        "period_last": bill.month.last_day.isoformat(),
        "bill_seal": bill.seal,
        "detail_hash": bill.detail_hash,
        "bundle_hash": bill.bundle_hash,
        "net": plain(bill.net),
        "lines": [_line_values(line, language, sources.titles) for line in section.lines],
    }


def _line_values(line: Line, language: str, titles: Mapping[str, Title]) -> dict[str, Any]:
    total = line.total
    title = titles.get(total.code, Title("", ""))
    names = (title.en, title.ja) if language == "en" else (title.ja, title.en)
    corrected = {"corrects": total.corrects.iso} if total.corrects else {}
    return {
        **corrected,
        "name": clean(total.name),
        "code": total.code,
        "title": clean(names[0] or names[1] or total.name),
        "category": total.category,
        "unit": total.unit,
        "quantity": plain(line.quantity),
        "amount": plain(line.amount),
        "printed_minor": line.printed_minor,
        **_group_values(line.group),
    }


def _group_values(group: TaxGroup) -> dict[str, str]:
    return {"tax_category": group.category, "rate": plain(group.rate)}


def _sums(sums: Any) -> dict[str, int]:
    return {name: getattr(sums, name) for name in ("net_minor", "tax_minor", "gross_minor")}
