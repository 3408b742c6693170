"""The rule `delta`: which lines lead from what was billed of a month to what is right."""

from datetime import date

import pytest

from invoices.rating import deltas
from invoices.rating.deltas import SAME, TOLD
from invoices.rating.frames import DELTAS, Table, empty, of_rows

Rows = list[tuple[str, str, str, int]]
"""Device, date, unit price and quantity."""

CASES: dict[str, tuple[Rows, Rows, Rows]] = {
    "more of it": (
        [("d", "20261010", "0.2", 8)],
        [("d", "20261010", "0.2", 5)],
        [("d", "20261010", "0.2", 3)],
    ),
    "less of it: the price carries the sign": (
        [("d", "20261010", "0.2", 5)],
        [("d", "20261010", "0.2", 8)],
        [("d", "20261010", "-0.2", 3)],
    ),
    "another price: the old line back, the new one added": (
        [("d", "20261010", "0.3", 5)],
        [("d", "20261010", "0.2", 5)],
        [("d", "20261010", "-0.2", 5), ("d", "20261010", "0.3", 5)],
    ),
    "the same after all": ([("d", "202610", "7", 1)], [("d", "202610", "7", 1)], []),
    "a discount that grew": (
        [("d", "202610", "-0.2", 5)],
        [("d", "202610", "-0.2", 4)],
        [("d", "202610", "-0.2", 1)],
    ),
    "a discount that shrank": (
        [("d", "202610", "-0.2", 4)],
        [("d", "202610", "-0.2", 5)],
        [("d", "202610", "0.2", 1)],
    ),
    "a correction of a correction": (
        [("d", "20261010", "0.2", 6)],
        [("d", "20261010", "0.2", 5), ("d", "20261010", "0.2", 3), ("d", "20261010", "-0.2", 3)],
        [("d", "20261010", "0.2", 1)],
    ),
    "what costs nothing makes no difference": ([("d", "20261010", "0", 9)], [], []),
    "another day is another line": (
        [("d", "20261011", "2", 1)],
        [("d", "20261010", "2", 1)],
        [("d", "20261010", "-2", 1), ("d", "20261011", "2", 1)],
    ),
}


def table(rows: Rows) -> Table:
    same = ("data", "data", "data", "byte", "standard", date(2026, 10, 31))
    written = [
        (1, "subscriber", device, day, same[0], price, quantity, *same[1:], "sum@1", "p", "", "{}")
        for device, day, price, quantity in rows
    ]
    return of_rows(written, DELTAS).drop("account_id")


@pytest.mark.parametrize("name", CASES)
def test_lines_lead_from_what_was_billed_to_what_is_right(name: str) -> None:
    right, billed, expected = CASES[name]
    found = deltas.difference(table(right), table(billed))
    columns = ["device", "date", "unit_price", "quantity"]
    assert found.select(columns).sort(columns).rows() == table(expected).select(columns).rows()


def test_every_column_of_a_delta_is_told() -> None:
    told = {*SAME, *TOLD, "unit_price", "quantity", "account_id"}
    assert told == set(empty(DELTAS).columns)
