from datetime import date
from decimal import Decimal

import pytest

from invoices.selectors.bills import DayLine
from invoices.templatetags.charts import HEIGHT, day_chart


def lines(*amounts: str) -> list[DayLine]:
    return [
        DayLine(f"202610{n:02}", date(2026, 10, n), Decimal(amount))
        for n, amount in enumerate(amounts, start=1)
    ]


@pytest.mark.parametrize(
    ("amounts", "bars", "base"),
    [
        (("50", "100"), [("60.00", "60.00"), ("0.00", "120.00")], "120.00"),
        (("100", "-20"), [("0.00", "100.00"), ("100.00", "20.00")], "100.00"),
        (("-10", "-5"), [("0.00", "120.00"), ("0.00", "60.00")], "0.00"),
        (("0", "0"), [("0", "0"), ("0", "0")], str(HEIGHT)),
    ],
)
def test_bars_stand_on_the_base_line_or_hang_from_it(
    amounts: tuple[str, ...], bars: list[tuple[str, str]], base: str
) -> None:
    chart = day_chart(lines(*amounts), currency="JPY")
    assert [(bar.y, bar.height) for bar in chart["bars"]] == bars
    assert chart["base"] == base


def test_whole_month_lines_are_not_drawn() -> None:
    month = DayLine("202610", None, Decimal(1000))
    chart = day_chart([*lines("1"), month], currency="JPY")
    assert len(chart["bars"]) == 1
    assert chart["top"].amount == 1


def test_without_days_there_is_nothing_to_draw() -> None:
    assert day_chart([], currency="JPY")["bars"] == []
