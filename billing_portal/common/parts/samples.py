"""What the page of all parts shows: made up, and not translated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms

from billing_portal.common.parts.shapes import Change, Event, Point, Share, Step, Tab
from billing_portal.common.reports.columns import (
    AmountColumn,
    DayColumn,
    FlagColumn,
    InstantColumn,
    KeyColumn,
    NumberColumn,
    TextColumn,
)
from billing_portal.common.reports.tables import PAGE, PER_PAGE, SORT, ReportTable

FIRST = date(2026, 11, 1)
COUNTED, DAYS = 20, 30
WRONG = {"q": "x" * 12, "kind": "teapot", "since": "yesterday", "quantity": "many"}
HOSTILE = "<b>not bold</b> =cmd() \u202eright to left\u202c \" ' & "


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the sample table."""

    key: str
    name: str
    active: bool
    days: int
    amount: Decimal
    since: date
    seen: datetime | None
    pk: int = 0


class SampleTable(ReportTable):
    """Every kind of column."""

    key = KeyColumn("Device")
    name = TextColumn("Name")
    active = FlagColumn("Active")
    days = NumberColumn("Active days")
    amount = AmountColumn("Net, JPY")
    since = DayColumn("Since")
    seen = InstantColumn("Last seen (UTC)")

    class Meta:
        order_by = "key"


class Filters(forms.Form):
    """Fields of every kind that filters have."""

    q = forms.CharField(
        label="Search", required=False, max_length=10, widget=forms.TextInput({"type": "search"})
    )
    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "All"), ("sim", "Subscriber")]
    )
    since = forms.DateField(label="Since", required=False, widget=forms.DateInput({"type": "date"}))
    quantity = forms.IntegerField(label="At least", required=False, help_text="Active days")


def table(query: Mapping[str, str]) -> ReportTable:
    """137 rows, sorted and paged as the address says."""
    found = SampleTable(
        [_row(n) for n in range(137)],
        caption="Sample devices",
        order_by=[query[SORT]] if query.get(SORT) else None,
    )
    found.total = {"days": 2740, "amount": Decimal("42470.123456")}
    size = query.get(PER_PAGE, "")
    found.turn(page=query.get(PAGE), per_page=int(size) if size in {"25", "50", "100"} else 25)
    return found


def _row(n: int) -> Row:
    names = ("Cold store, dock 7", "", HOSTILE, "長い名前の計測器・第二倉庫の南側", "Gate " * 40)
    return Row(
        key=f"4401030{n:08}",
        name=names[n % len(names)],
        active=n % 3 > 0,
        days=n % 31,
        amount=Decimal(n * 31) / 8,
        since=FIRST - timedelta(days=n),
        seen=None if n % 4 == 0 else datetime(2026, 11, 20, n % 24, 5, tzinfo=UTC),
        pk=n,
    )


def states() -> dict[str, Any]:
    """The values of the other parts."""
    return {
        "changes": [
            Change.between(1234, 1100, "October 2026"),
            Change.between(900, 1100, "October 2026"),
            Change.between(900, 900, "October 2026"),
            Change.between(900, 0, "October 2026"),
        ],
        "tabs": [
            Tab("By item", "?", True, 12),
            Tab("By day", "?tab=day", count=31),
            Tab("By device", "?tab=device", count=10432),
            Tab("By tag", "?tab=tag"),
        ],
        "events": _events(),
        "steps": _steps(),
        "points": [_point(n) for n in range(DAYS)],
        "below_zero": [_point(n, shift=-700) for n in range(COUNTED)],
        "shares": _shares(),
        "values": [12, 14, 13, 18, 17, 22, 21, 26],
        "hostile": HOSTILE,
        "long": "Every word of a long text stays readable. " * 12,
    }


def _events() -> list[Event]:
    return [
        Event(datetime(2026, 11, 20, 9, 5, tzinfo=UTC), "Counted in the bill", "1 active day"),
        Event(date(2026, 11, 1), "Moved to the group Cold chain", url="?"),
        Event(date(2026, 10, 12), "Suspended", "No charge while suspended.", kind="warning"),
        Event(date(2026, 10, 2), "Rejected usage", "The device was not here.", kind="problem"),
        Event(date(2026, 9, 1), "Active", kind="good"),
    ]


def _steps() -> list[Step]:
    return [
        Step("Quantity", "31 days × 1 device", "31 device days", "Counted from usage.", "?"),
        Step("Price", "10 JPY per device day", "10 JPY", "Plan D, since 1 April 2026."),
        Step("Amount", "31 × 10 JPY", "310 JPY"),
        Step("Share of the free tier", "−1 × 310 JPY ÷ 12", "−25.833333333333333333333333 JPY"),
    ]


def _point(n: int, shift: int = 0) -> Point:
    wave = (n * 37) % 23
    return Point(
        FIRST + timedelta(days=n),
        Decimal(400 + 21 * wave + shift) if n < COUNTED else None,
        Decimal(380 + 19 * ((n * 29) % 23)) if not shift and n != 7 else None,
    )


def _shares() -> list[Share]:
    names = ("basicCharge-active", "dataTraffic-s1.fast", "smsCharge", "lorawanGateway")
    more = ("sigfoxDevice", "eventHandler", "harvestData", "virtualPrivateGateway", "napter")
    return [
        *(Share(name, Decimal(2) ** (12 - n), "?") for n, name in enumerate((*names, *more))),
        Share("longTermDiscount", Decimal("-512.5")),
    ]
