"""What the shared parts compute: changes, months within bounds, scales and pieces of charts."""

from datetime import date
from decimal import Decimal

import pytest

from billing_portal.common.parts import charts
from billing_portal.common.parts.months import chosen
from billing_portal.common.parts.shapes import Change, Point, Share
from billing_portal.common.parts.tags import change_words
from billing_portal.common.periods import Month

FIRST, LAST = Month(2025, 1), Month(2026, 11)


@pytest.mark.parametrize(
    ("value", "before", "words"),
    [
        (110, 100, "+10.0%, more than in October"),
        (90, 100, "-10.0%, less than in October"),
        (100, 100, "The same as in October"),
        (Decimal("100.01"), 100, "The same as in October"),
        (0, 100, "-100.0%, less than in October"),
        (5, 0, "Nothing in October"),
        (5, None, "Nothing in October"),
        (0, 0, "The same as in October"),
        (-50, -100, "+50.0%, more than in October"),
        (10**15, 1, "+99,999,999,999,999,900.0%, more than in October"),
    ],
)
def test_a_change_has_its_sign_and_its_words(
    value: Decimal | int, before: int | None, words: str
) -> None:
    assert change_words(Change.between(value, before, "October")) == words


@pytest.mark.parametrize(
    ("text", "month", "problem"),
    [
        (None, LAST, False),
        ("", LAST, False),
        ("2025-06", Month(2025, 6), False),
        ("202506", Month(2025, 6), False),
        ("2024-12", FIRST, True),
        ("2026-12", LAST, True),
        ("0000-00", LAST, True),
        ("9999-12", LAST, True),
        ("2026-13", LAST, True),
        ("x" * 10_000, LAST, True),
        ("２０２６-10", LAST, True),
    ],
)
def test_the_chosen_month_is_always_one_that_can_be_shown(
    text: str | None, month: Month, problem: bool
) -> None:
    choice = chosen(text, first=FIRST, last=LAST)
    assert (choice.month, bool(choice.problem)) == (month, problem)
    assert len(choice.problem) < 200


def test_an_account_that_begins_after_the_last_month_shows_that_month() -> None:
    choice = chosen(None, first=Month(2027, 1), last=LAST)
    assert (choice.month, choice.previous, choice.next) == (LAST, None, None)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        ("0", "0", ["1", "0"]),
        ("0", "2500", ["3000", "2000", "1000", "0"]),
        ("0", "0.0004", ["0.0004", "0.0002", "0"]),
        ("-300", "162", ["200", "0", "-200", "-400"]),
        ("-5", "0", ["0", "-2", "-4", "-6"]),
        ("0", "99999999999999", ["100000000000000", "50000000000000", "0"]),
    ],
)
def test_a_scale_holds_both_ends_in_even_steps(low: str, high: str, ticks: list[str]) -> None:
    assert charts.scale(Decimal(low), Decimal(high)) == [Decimal(tick) for tick in ticks]


def _days(*values: tuple[int | None, int | None]) -> list[Point]:
    return [
        Point(
            date(2026, 11, n),
            None if value is None else Decimal(value),
            None if before is None else Decimal(before),
        )
        for n, (value, before) in enumerate(values, start=1)
    ]


def test_days_without_a_figure_have_no_bar_and_break_the_line() -> None:
    drawing = charts.days(_days((1, 1), (None, 2), (3, None), (4, 4)))
    assert [bar.point.day.day for bar in drawing.bars] == [1, 3, 4]
    assert len(drawing.lines) == 2


def test_a_bar_below_zero_hangs_from_the_base_line() -> None:
    drawing = charts.days(_days((-5, None), (5, None)))
    below, above = drawing.bars
    assert below.y == drawing.base
    assert float(above.y) + float(above.height) == float(drawing.base)


@pytest.mark.parametrize("values", [[], [(None, None)], [(0, 0)]])
def test_a_chart_of_nothing_is_no_error(values: list[tuple[int | None, int | None]]) -> None:
    drawing = charts.days(_days(*values))
    assert drawing.ticks == [1, 0]


def test_the_rest_of_many_shares_is_one_piece() -> None:
    shares = [Share(str(n), Decimal(n)) for n in range(1, 13)]
    pieces = charts.pieces(shares, "Other")
    assert [str(piece.share.label) for piece in pieces][-2:] == ["6", "Other"]
    assert sum(piece.share.value for piece in pieces) == 78


def test_what_is_not_above_zero_is_listed_without_a_piece() -> None:
    pieces = charts.pieces([Share("a", Decimal(-1)), Share("b", Decimal(0))], "Other")
    assert [(piece.colour, piece.percent) for piece in pieces] == [(0, None), (0, None)]
