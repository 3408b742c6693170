"""Small charts as inline SVG. Every number in them also stands in a table beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template

from invoices.selectors.bills import DayLine

register = template.Library()

HEIGHT = 120
STEP = 24
BAR = 18


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle, in units of the drawing. `line` is what it stands for."""

    x: int
    y: str
    height: str
    line: DayLine


@register.inclusion_tag("includes/chart.html")
def day_chart(lines: Sequence[DayLine], *, currency: str) -> dict[str, Any]:
    """Draw one bar per day; days below zero hang from the base line."""
    days = [line for line in lines if line.day is not None]
    highest = max([line.amount for line in days] + [Decimal(0)])
    lowest = min([line.amount for line in days] + [Decimal(0)])
    span = highest - lowest
    return {
        "bars": [_bar(index, line, highest, span) for index, line in enumerate(days)],
        "base": _length(highest, span) if span else str(HEIGHT),
        "bar_width": BAR,
        "width": max(len(days), 1) * STEP,
        "height": HEIGHT,
        "top": max(days, key=lambda line: line.amount, default=None),
        "first": days[0] if days else None,
        "last": days[-1] if days else None,
        "currency": currency,
    }


def _bar(index: int, line: DayLine, highest: Decimal, span: Decimal) -> Bar:
    top = max(line.amount, Decimal(0))
    return Bar(
        x=index * STEP + (STEP - BAR) // 2,
        y=_length(highest - top, span),
        height=_length(abs(line.amount), span),
        line=line,
    )


def _length(amount: Decimal, span: Decimal) -> str:
    """Scale an amount to the height of the drawing. A picture, so rounding does no harm."""
    return f"{amount / span * HEIGHT:.2f}" if span else "0"
