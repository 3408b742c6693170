"""The parts of a document: what each bill makes of it, fees, and sums that were converted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from billing_portal.common.money import Currency, Rounding, plain, to_minor
from billing_portal.common.periods import Month
from invoices.choices import FeeKind
from invoices.models import Bill, BillItemTotal
from invoices.rating.exchange import Quote, in_yen
from invoices.rating.taxes import Statement, TaxGroup, state_groups
from invoices.rating.vocabulary import TaxCategory
from invoices.selectors.bills import sum_of
from invoices.selectors.settings import Recipient
from invoices.services.documents.groups import Group
from invoices.services.documents.snapshots import clean
from invoices.services.documents.sources import Sources, Title

FEE_TITLES = {
    FeeKind.SWITCHING: Title("請求書払い切替手数料", "Fee for switching to invoice payment"),
    FeeKind.ISSUE: Title("請求書発行手数料", "Invoice issue fee"),
}


class BillDiffers(RuntimeError):
    """A document would say something else than the bill it is made of (rule Q60)."""


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

    @property
    def amounts(self) -> list[tuple[TaxGroup, Decimal]]:
        return [(line.group, line.amount) for line in self.lines]


class FeeLine(NamedTuple):
    """A fee of the month that it belongs to; JPY before tax (Q44)."""

    kind: FeeKind
    month: Month
    group: TaxGroup
    amount: Decimal
    printed_minor: int


class Conversion(NamedTuple):
    """The printed USD net of one rate, and what it is in JPY (Q39)."""

    group: TaxGroup
    net_minor: int
    amount: Decimal
    printed_minor: int


def section(bill: Bill, recipient: Recipient, sources: Sources) -> Section:
    """Return the part of one bill. Raises MissingTaxRate or BillDiffers."""
    rows: dict[tuple[str, TaxGroup, Month | None], list[BillItemTotal]] = defaultdict(list)
    for total in sources.totals.get(bill.pk, ()):
        group = sources.taxes.group(total.tax_category, total.tax_date, country=recipient.country)
        rows[total.name, group, total.corrects].append(total)
    lines = tuple(
        _line(totals, group, Currency(bill.currency), sources.rounding)
        for (_name, group, _month), totals in rows.items()
    )
    summed = sum_of(line.amount for line in lines)
    if summed != bill.net:
        raise BillDiffers(
            f"{bill}: the items sum to {plain(summed)}, the bill to {plain(bill.net)}."
        )
    return Section(bill, lines)


def check(bill: Bill, stated: Statement) -> None:
    """Refuse a part that does not state the tax and total of the bill that it is made of."""
    if (stated.tax_minor, stated.gross_minor) != (bill.tax_minor, bill.gross_minor):
        raise BillDiffers(
            f"{bill}: the document would state tax {stated.tax_minor} and total"
            f" {stated.gross_minor}, the bill has tax {bill.tax_minor} and total"
            f" {bill.gross_minor} (minor units)."
        )


def fees(group: Group, recipient: Recipient, sources: Sources) -> Iterator[FeeLine]:
    """Yield what invoice payment costs: each switch that is on no document yet, and the issue."""
    terms = sources.terms
    due = [
        (FeeKind.SWITCHING, month)
        for coverage, month in terms.switches(group.account_id, group.coverages)
        if month <= group.month and not _was_billed(group.account_id, coverage, month, sources)
    ]
    for kind, month in (*due, (FeeKind.ISSUE, group.month)):
        amount = terms.fee(kind, month)
        if amount:
            taxed = sources.taxes.group(
                TaxCategory.STANDARD.value, month.last_day, country=recipient.country
            )
            printed = to_minor(amount, Currency.JPY, sources.rounding)
            yield FeeLine(kind, month, taxed, amount, printed)


def conversions(stated: Statement, quote: Quote, rounding: Rounding) -> Iterator[Conversion]:
    for rate in stated.rates:
        amount = in_yen(rate.net_minor, Currency.USD, quote.rate)
        printed = to_minor(amount, Currency.JPY, rounding)
        yield Conversion(rate.group, rate.net_minor, amount, printed)


def stated(section: Section, sources: Sources) -> Statement:
    """Return what this part would state, if it were a document by itself."""
    currency = Currency(section.bill.currency)
    return state_groups(section.amounts, currency=currency, rounding=sources.rounding)


def section_values(section: Section, language: str, sources: Sources) -> dict[str, Any]:
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


def fee_values(fee: FeeLine, language: str) -> dict[str, Any]:
    return {
        "kind": fee.kind.value,
        "month": fee.month.iso,
        "title": _in(language, FEE_TITLES[fee.kind]),
        "amount": plain(fee.amount),
        "printed_minor": fee.printed_minor,
        **group_values(fee.group),
    }


def conversion_values(conversion: Conversion) -> dict[str, Any]:
    return {
        "net_minor": conversion.net_minor,
        "amount": plain(conversion.amount),
        "printed_minor": conversion.printed_minor,
        **group_values(conversion.group),
    }


def group_values(group: TaxGroup) -> dict[str, str]:
    return {"tax_category": group.category, "rate": plain(group.rate)}


def _was_billed(account_id: int, coverage: str, month: Month, sources: Sources) -> bool:
    last = sources.invoiced.get((account_id, coverage))
    return last is not None and last >= month


def _line(
    totals: Sequence[BillItemTotal], group: TaxGroup, currency: Currency, rounding: Rounding
) -> Line:
    amount = sum_of(total.amount for total in totals)
    quantity = sum_of(total.quantity for total in totals)
    return Line(totals[0], group, quantity, amount, to_minor(amount, currency, rounding))


def _line_values(line: Line, language: str, titles: Mapping[str, Title]) -> dict[str, Any]:
    total = line.total
    title = _in(language, titles.get(total.code, Title("", "")))
    corrected = {"corrects": total.corrects.iso} if total.corrects else {}
    return {
        **corrected,
        "name": clean(total.name),
        "code": total.code,
        "title": clean(title or total.name),
        "category": total.category,
        "unit": total.unit,
        "quantity": plain(line.quantity),
        "amount": plain(line.amount),
        "printed_minor": line.printed_minor,
        **group_values(line.group),
    }


def _in(language: str, title: Title) -> str:
    return (title.en or title.ja) if language == "en" else (title.ja or title.en)
