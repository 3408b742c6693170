"""The facts of an explanation as tables, and its figures, days and instants as people read them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing_portal.common.parts.figures import day, month_name, plain, short_instant
from billing_portal.common.periods import Month
from invoices.choices import TaxCategory
from invoices.views.why_texts import HEADS
from usage.choices import Status

ROWS = 100
"""Rows of facts that a page shows; all of them are in the JSON."""
FIGURES = {"amount", "balance", "quantity", "unit_price", "dearer", "units", "devices"}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FactTable:
    """Some facts: a caption, heads, rows of text; `more` rows are not shown."""

    caption: str
    heads: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[tuple[str, bool]]]
    more: int


def tables(facts: Row) -> Sequence[FactTable]:
    """The facts as tables, one for each list of them."""
    found = []
    for name, rows in facts.items():
        if isinstance(rows, dict):
            found.append(_table(str(HEADS.get(name, name)), [rows]))
        elif isinstance(rows, list) and rows:
            found += _lists(name, rows)
    return found


def _lists(name: str, rows: Sequence[Row]) -> list[FactTable]:
    if not isinstance(rows[0].get("devices"), list):
        return [_table(str(HEADS.get(name, name)), rows)]
    return [
        _table(_("Devices of plan %(plan)s") % {"plan": row["plan"] or "–"}, row["devices"])
        for row in rows
    ]


def _table(caption: str, rows: Sequence[Row]) -> FactTable:
    names = list(rows[0])
    return FactTable(
        caption=caption,
        heads=[(str(HEADS.get(name, name)), name in FIGURES) for name in names],
        rows=[[(_cell(name, row[name]), name in FIGURES) for name in names] for row in rows[:ROWS]],
        more=max(0, len(rows) - ROWS),
    )


def _cell(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return WRITTEN.get(name, str)(value)


def figure(text: str) -> str:
    return plain(Decimal(text))


def instant(text: str) -> str:
    return short_instant(datetime.fromisoformat(text))


def _day(text: str) -> str:
    """A day, or a month for what is of no day."""
    return day(date.fromisoformat(text)) if len(text) > len("2026-10") else _month(text)


def _month(text: str) -> str:
    return month_name(Month.parse(text))


def status(name: str) -> str:
    return str(dict(Status.choices).get(name, name))


WRITTEN: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(FIGURES, figure),
    **dict.fromkeys(("at", "start", "end", "since", "until", "registered"), instant),
    **dict.fromkeys(("date", "first_day", "last_day", "tax_date", "purchased", "expires"), _day),
    "tax_category": lambda code: str(dict(TaxCategory.choices).get(code, code)),
    **dict.fromkeys(("status", "left", "entered"), status),
}
