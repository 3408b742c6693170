"""Each column draws a cell for the page and gives a plain value for the file."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import django_tables2 as tables
import pytest
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from billing_portal.common.periods import Month
from billing_portal.common.reports import columns
from billing_portal.common.reports.tables import ReportTable

CASES = [
    (columns.TextColumn, "a <b>", "<bdi>a &lt;b&gt;</bdi>", "a <b>"),
    (columns.TextColumn, "=1+1", "<bdi>=1+1</bdi>", "'=1+1"),
    (columns.TextColumn, None, "–", ""),
    (columns.TextColumn, "", "–", ""),
    (columns.KeyColumn, "4401", "<code><bdi>4401</bdi></code>", "4401"),
    (columns.NumberColumn, 1234567, "1,234,567", "1234567"),
    (columns.NumberColumn, 0, "0", "0"),
    (columns.NumberColumn, Decimal("-1.50"), "-1.5", "-1.5"),
    (columns.DayColumn, date(2026, 10, 1), "1 Oct 2026", "2026-10-01"),
    (columns.MonthColumn, Month(2026, 10), "October 2026", "2026-10"),
    (
        columns.InstantColumn,
        datetime(2026, 10, 1, 9, 5, tzinfo=UTC),
        "1 Oct 2026 09:05",
        "2026-10-01T09:05:00Z",
    ),
    (columns.FlagColumn, True, "Yes", "Yes"),
    (columns.FlagColumn, False, "No", "No"),
]


def _table(column: Any, *records: dict[str, Any]) -> ReportTable:
    table: ReportTable = type("Table", (ReportTable,), {"it": column})(list(records))
    return table


@pytest.mark.parametrize(("kind", "value", "cell", "plain"), CASES)
def test_cell_and_value(kind: type[Any], value: Any, cell: str, plain: str) -> None:
    table = _table(kind(), {"it": value})
    assert str(table.rows[0].get_cell("it")) == cell
    assert list(table.lines([{"it": value}])) == [[plain]]


def test_money_is_written_in_its_currency() -> None:
    record = {"it": 123456, "currency": "USD"}
    table = _table(columns.MoneyColumn(), record)
    assert str(table.rows[0].get_cell("it")) == "$1,234.56"
    assert list(table.lines([record])) == [["1234.56"]]


def test_amounts_find_room_for_the_longest_and_lose_no_digit() -> None:
    exact = Decimal("0.000000000000000000000001")
    table = _table(columns.AmountColumn(), {"it": Decimal(12)}, {"it": exact})
    table.turn(page=1, per_page=25)
    assert 'places-24"></span>' in str(table.rows[0].get_cell("it"))
    assert list(table.lines([{"it": exact}])) == [["0.000000000000000000000001"]]


def test_a_very_long_text_is_folded_on_the_page_and_whole_in_the_file() -> None:
    text = "<i>" + "x" * 10_000
    table = _table(columns.TextColumn(), {"it": text})
    assert str(table.rows[0].get_cell("it")).startswith('<details class="long"><summary><bdi>&lt;i')
    assert list(table.lines([{"it": text}])) == [[text]]


def test_headers_are_in_the_language_of_the_reader() -> None:
    words = translation.gettext_lazy("Yes")
    table = _table(columns.TextColumn(words), {"it": 1})
    with translation.override("en"):
        assert table.head() == ["Yes"]


class OldStyle(ReportTable):
    """Columns of django-tables2 itself, drawn by the table."""

    drawn = tables.Column()
    both = tables.Column()

    def render_drawn(self, value: str) -> SafeString:
        return format_html("<b>{}</b>", value)

    def value_both(self, record: dict[str, str]) -> str:
        return f"value of {record['both']}"


def test_what_is_drawn_for_the_page_never_gets_into_the_file() -> None:
    table = OldStyle([])
    assert list(table.lines([{"drawn": "=1", "both": "x"}])) == [["'=1", "value of x"]]
