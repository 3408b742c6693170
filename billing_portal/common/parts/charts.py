"""Where the bars, lines and pieces of charts go. A picture, so rounding does no harm here.

A drawing is stretched to the width it gets, so it holds no text: scale and legend stand beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from billing_portal.common.parts.shapes import Point, Share, Words

HEIGHT = 160
STEP = 24
BAR = 16
BAND = 1000
"""Width of a stacked bar, in units of its drawing."""
SPARK_WIDTH, SPARK_HEIGHT = 96, 24
SHOWN_SHARES = 7
ZERO = Decimal(0)
_NICE = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle and what it stands for."""

    x: str
    y: str
    width: str
    height: str
    point: Point


@dataclass(frozen=True, slots=True)
class Days:
    """A drawing of bars by day, a line of the month before, and its scale from top to bottom."""

    bars: list[Bar]
    lines: list[str]
    ticks: list[Decimal]
    rules: list[str]
    base: str
    width: int
    highest: Point | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a stacked bar, with its colour's number and its share of the whole in per cent."""

    share: Share
    colour: int
    x: str
    width: str
    percent: Decimal | None


def days(points: Sequence[Point]) -> Days:
    """Place one bar per day; days below zero hang from the base line."""
    values = [value for point in points for value in (point.value, point.before) if value]
    ticks = scale(min([*values, ZERO]), max([*values, ZERO]))
    low, span = ticks[-1], ticks[0] - ticks[-1]
    known = [point for point in points if point.value is not None]
    return Days(
        bars=[bar for at, point in enumerate(points) if (bar := _bar(at, point, low, span))],
        lines=list(_lines(points, low, span)),
        ticks=ticks,
        rules=[_y(tick, low, span) for tick in ticks],
        base=_y(ZERO, low, span),
        width=max(len(points), 1) * STEP,
        highest=max(known, key=lambda point: point.value or ZERO, default=None),
    )


def scale(low: Decimal, high: Decimal) -> list[Decimal]:
    """Even steps that hold both ends, from the highest down: 3000, 2000, 1000, 0."""
    span = high - low
    if not span:
        return [Decimal(1), ZERO]
    rough = span / 3
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * nice for nice in _NICE if power * nice >= rough)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    return [step * n for n in range(int(last), int(first) - 1, -1)]


def pieces(shares: Sequence[Share], other: Words) -> list[Piece]:
    """Put the largest side by side and sum up the rest; what is below zero has no piece."""
    ranked = sorted(shares, key=lambda share: -share.value)
    above = [share for share in ranked if share.value > 0]
    shown, rest = above[:SHOWN_SHARES], above[SHOWN_SHARES:]
    if len(rest) == 1:
        shown, rest = above, []
    if rest:
        shown = [*shown, Share(other, sum((share.value for share in rest), ZERO))]
    whole = sum((share.value for share in shown), ZERO)
    found, x = [], ZERO
    for colour, share in enumerate(shown, start=1):
        width = share.value * BAND / whole
        percent = share.value * 100 / whole
        found.append(Piece(share, colour, f"{x:.1f}", f"{max(width - 2, ZERO):.1f}", percent))
        x += width
    return found + [Piece(share, 0, "0", "0", None) for share in ranked if share.value <= 0]


def spark(values: Sequence[Decimal | int]) -> str:
    """The points of a small line through the values."""
    low, high = min(values), max(values)
    span = Decimal(high - low) or Decimal(1)
    step = Decimal(SPARK_WIDTH - 4) / max(len(values) - 1, 1)
    return " ".join(
        f"{2 + at * step:.1f},{2 + (high - value) * (SPARK_HEIGHT - 4) / span:.1f}"
        for at, value in enumerate(values)
    )


def _bar(at: int, point: Point, low: Decimal, span: Decimal) -> Bar | None:
    if point.value is None:
        return None
    height = abs(point.value) * HEIGHT / span
    x = at * STEP + (STEP - BAR) / 2
    y = _y(max(point.value, ZERO), low, span)
    return Bar(f"{x:.0f}", y, str(BAR), f"{height:.2f}", point)


def _lines(points: Sequence[Point], low: Decimal, span: Decimal) -> Iterator[str]:
    """The line of the month before, broken where it has no figure."""
    run: list[str] = []
    for at, point in enumerate([*points, None]):
        if point is not None and point.before is not None:
            run.append(f"{at * STEP + STEP // 2},{_y(point.before, low, span)}")
        elif run:
            yield " ".join(run)
            run = []


def _y(value: Decimal, low: Decimal, span: Decimal) -> str:
    return f"{HEIGHT - (value - low) * HEIGHT / span:.2f}"
