"""What views hand to the parts: small values that say what to show, not how."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Switch:
    """One choice of a switch (coverage, view): a link that keeps the rest of the address."""

    label: Words
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; `count` is how many things stand behind it."""

    label: Words
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; an instant in UTC, or a day."""

    at: datetime | date
    title: Words
    text: Words = ""
    url: str = ""
    kind: str = ""
    """"" | "good" | "warning" | "problem" """


@dataclass(frozen=True, slots=True)
class Step:
    """One small equation of an amount: `quantity × price = result`.

    `equation` and `result` are written out already, with their units; `why` says where a value
    comes from and `url` leads there.
    """

    label: Words
    equation: Words
    result: Words
    why: Words = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One bar of a chart by day; `before` is the same day of the month before.

    None is a day that has no figure (yet).
    """

    day: date
    value: Decimal | None
    before: Decimal | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """One piece of a stacked bar."""

    label: Words
    value: Decimal
    url: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure differs from an earlier one, in per cent with its sign; None: no comparison."""

    percent: Decimal | None
    direction: str
    """"more" | "less" | "same" | "new" """
    than: Words

    @classmethod
    def between(cls, value: Decimal | int, before: Decimal | int | None, than: Words) -> "Change":
        """Compare with `before`; what it is compared with is named by `than` ("September 2026")."""
        if not before:
            return cls(None, "same" if before == value else "new", than)
        percent = (Decimal(value) - before) * 100 / abs(Decimal(before))
        shown = round(percent, 1)
        return cls(shown, "more" if shown > 0 else "less" if shown < 0 else "same", than)
