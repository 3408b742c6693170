"""Bills as the people of a billing account see them: by month, and one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.db.models import QuerySet

from accounts.access import Access
from accounts.models import Account
from billing_portal.common.money import CONTEXT
from billing_portal.common.periods import Month
from invoices.models import Bill, BillDayTotal, BillItem, BillItemTotal, Invoice
from invoices.rating.deltas import BACKWARD, FORWARD
from invoices.selectors.days import DayLine, day_line
from usage.choices import Coverage

LIST_FIELDS = (
    "account",
    "coverage",
    "month",
    "state",
    "currency",
    "net",
    "one_off",
    "tax_minor",
    "gross_minor",
    "line_count",
    "through",
    "evaluated_at",
    "closed_at",
)


Titles = Mapping[str, tuple[str, str]]
CREDIT_TITLES: Titles = {
    FORWARD: ("Credit carried forward", "翌月への繰越額"),
    BACKWARD: ("Credit brought forward", "前月からの繰越額"),
}
"""What is no item of the catalogue."""


class Summed(Protocol):
    """A sum by item, out of a row or out of a detail file."""

    @property
    def name(self) -> str: ...

    @property
    def code(self) -> str: ...

    @property
    def category(self) -> str: ...

    @property
    def unit(self) -> str: ...

    @property
    def quantity(self) -> Decimal: ...

    @property
    def amount(self) -> Decimal: ...

    @property
    def corrects(self) -> Month | None: ...


@dataclass(frozen=True, slots=True)
class ItemLine:
    """What one item comes to. `titles` are English and Japanese, as the catalogue has them now.
    `corrects` is the closed month that it corrects, None for the bill's own (rules.md Q32).

    `share` is in per cent of the whole, for the eye only; None where that is not above zero.
    """

    name: str
    titles: tuple[str, str]
    category: str
    unit: str
    quantity: Decimal
    amount: Decimal
    share: Decimal | None
    corrects: Month | None = None


@dataclass(frozen=True, slots=True)
class BillPage:
    """One bill, its invoice, the bill of the month before, and the months and coverages that can be
    switched to.
    """

    bill: Bill
    invoice: Invoice | None
    before: Bill | None
    months: Sequence[Month]
    coverages: Sequence[str]


def visible(*, access: Access) -> QuerySet[Bill]:
    """Every bill this person may see."""
    return Bill.objects.filter(account_id__in=access.money)


def get(*, access: Access, key: str, coverage: str, month: Month) -> Bill:
    """One bill with its account; raises Bill.DoesNotExist for strangers as for nonsense."""
    return (
        visible(access=access)
        .select_related("account", "annex")
        .get(account__key=key, coverage=coverage, month=month)
    )


def of_account(*, access: Access, account: Account) -> list[Bill]:
    """The bills of an account with what lists need, latest first. One query."""
    rows = visible(access=access).filter(account=account).select_related("annex")
    found = in_order(rows.only(*LIST_FIELDS, "annex__name"))
    for bill in found:
        bill.account = account
    return found[::-1]


def page(*, access: Access, key: str, coverage: str, month: Month) -> BillPage:
    """One bill with its invoice and the months and coverages that can be switched to."""
    bill = (
        visible(access=access)
        .select_related("account", "annex", "invoice_bill__invoice__file")
        .defer("invoice_bill__invoice__snapshot")
        .get(account__key=key, coverage=coverage, month=month)
    )
    others = Bill.objects.filter(account=bill.account).exclude(pk=bill.pk).only(*LIST_FIELDS)
    same = {other.month: other for other in others if other.coverage == coverage}
    there = {other.coverage for other in others if other.month == month} | {coverage}
    return BillPage(
        bill=bill,
        invoice=_invoice_of(bill),
        before=same.get(month.previous),
        months=sorted({*same, month}),
        coverages=[coverage for coverage in Coverage.values if coverage in there],
    )


def item_totals(bills: Iterable[Bill]) -> dict[int, list[BillItemTotal]]:
    """The sums by item of each of these bills, by its id, in their order. One query."""
    found: dict[int, list[BillItemTotal]] = {bill.pk: [] for bill in bills}
    rows = BillItemTotal.objects.filter(bill__in=found)
    rows = rows.order_by("name", "tax_category", "tax_date", "pk")
    for total in rows:
        found[total.bill_id].append(total)
    return found


def items(bill: Bill) -> list[ItemLine]:
    """The bill by item, as its rows have it. Two queries."""
    return item_lines(item_totals([bill])[bill.pk], whole=bill.net)


def item_lines(
    totals: Sequence[Summed], *, whole: Decimal, titles: Titles | None = None
) -> list[ItemLine]:
    """Sums by item with their titles and their share of the whole. One query, none with titles."""
    if titles is None:
        titles = titles_of(totals)
    return [
        ItemLine(
            name=total.name,
            titles=titles.get(total.code, ("", "")),
            category=total.category,
            unit=total.unit,
            quantity=total.quantity,
            amount=total.amount,
            share=total.amount * 100 / whole if whole > 0 else None,
            corrects=total.corrects,
        )
        for total in totals
    ]


def titles_of(totals: Iterable[Summed]) -> Titles:
    """English and Japanese titles by item code, as the catalogue has them now. One query."""
    codes = {total.code for total in totals}
    rows = BillItem.objects.filter(code__in=codes).values_list("code", "title_en", "title_ja")
    found = {code: (english, japanese) for code, english, japanese in rows}
    return found | {code: CREDIT_TITLES[code] for code in codes & CREDIT_TITLES.keys()}


def days(bills: Iterable[Bill]) -> dict[int, list[DayLine]]:
    """The sums by day of each of these bills, by its id. One query."""
    months = {bill.pk: bill.month for bill in bills}
    found: dict[int, list[DayLine]] = {pk: [] for pk in months}
    for total in BillDayTotal.objects.filter(bill__in=months).order_by("date"):
        line = day_line(total.date, total.amount, months[total.bill_id])
        found[total.bill_id].append(line)
    return found


def in_order(bills: Iterable[Bill]) -> list[Bill]:
    """By month, and by coverage in the order in which coverages are named everywhere."""
    return sorted(bills, key=lambda bill: (bill.month, Coverage.values.index(bill.coverage)))


def sum_of(amounts: Iterable[Decimal]) -> Decimal:
    """Add up exact amounts with all of their digits."""
    total = Decimal(0)
    for amount in amounts:
        total = CONTEXT.add(total, amount)
    return total


def _invoice_of(bill: Bill) -> Invoice | None:
    link = getattr(bill, "invoice_bill", None)
    return None if link is None else link.invoice
