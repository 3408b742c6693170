"""What the charts of bills are drawn from. Every number in them also stands in a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template

from billing_portal.common.parts import charts
from billing_portal.common.parts.shapes import Point
from billing_portal.common.periods import Month
from invoices.models import Bill
from invoices.selectors.days import DayLine
from invoices.selectors.history import Part, Series
from invoices.tables.columns import bill_url

register = template.Library()

STEP = 48
BAR = 32
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a month's column, in units of the drawing; `colour` is the place of its item."""

    x: int
    y: str
    height: str
    colour: int
    month: Month
    part: Part
    amount: Decimal


@register.simple_tag
def day_points(
    bill: Bill, days: Sequence[DayLine], last: Sequence[DayLine] = (), item: str | None = None
) -> list[Point]:
    """Each day of the bill's month with the same day of the month before. Days that are not counted
    yet have no value; what belongs to the whole month is no day.
    """
    now = {line.day.day: line.amount for line in days if line.day}
    then = {line.day.day: line.amount for line in last if line.day}
    counted = bill.through.day if bill.through else 0
    return [
        Point(
            day=day,
            value=now.get(day.day, ZERO) if day.day <= counted else now.get(day.day),
            before=then.get(day.day),
            url=bill_url(bill, day=f"{day:%Y%m%d}")
            if item is None
            else bill_url(bill, "bill-lines", day=f"{day:%Y%m%d}", item=item),
        )
        for day in bill.month.days
    ]


@register.inclusion_tag("invoices/charts/months.html", takes_context=True)
def month_chart(context: dict[str, Any], series: Series, *, currency: str) -> dict[str, Any]:
    """One column per month, its items on top of each other; what is negative hangs below."""
    columns = list(zip(*(part.amounts for part in series.parts), strict=True))
    highest = [sum((amount for amount in column if amount > 0), ZERO) for column in columns]
    lowest = [sum((amount for amount in column if amount < 0), ZERO) for column in columns]
    ticks = charts.scale(min([*lowest, ZERO]), max([*highest, ZERO]))
    low, span = ticks[-1], ticks[0] - ticks[-1]
    return {
        "blocks": list(_blocks(series, low, span)),
        "series": series,
        "rows": list(zip(series.months, columns, strict=True)) if columns else [],
        "ticks": ticks,
        "rules": [_y(tick, low, span) for tick in ticks],
        "base": _y(ZERO, low, span),
        "bar": BAR,
        "width": max(len(series.months), 1) * STEP,
        "height": charts.HEIGHT,
        "currency": currency,
        "account": context["account"],
        "coverage": context["coverage"],
    }


def _blocks(series: Series, low: Decimal, span: Decimal) -> Iterator[Block]:
    for place, month in enumerate(series.months):
        above = below = ZERO
        for colour, part in enumerate(series.parts, start=1):
            amount = part.amounts[place]
            if not amount:
                continue
            top = above + amount if amount > 0 else below
            if amount > 0:
                above += amount
            else:
                below += amount
            yield Block(
                x=place * STEP + (STEP - BAR) // 2,
                y=_y(top, low, span),
                height=f"{abs(amount) * charts.HEIGHT / span:.2f}",
                colour=colour,
                month=month,
                part=part,
                amount=amount,
            )


def _y(value: Decimal, low: Decimal, span: Decimal) -> str:
    return f"{charts.HEIGHT - (value - low) * charts.HEIGHT / span:.2f}"
