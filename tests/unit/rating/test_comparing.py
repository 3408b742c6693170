import polars as pl
import pytest

from invoices.rating import comparing

KINDS = {"device": pl.String, "quantity": pl.Int64}
A, B, C = ("a", 1), ("b", 2), (None, 3)


def table(*rows: tuple[str | None, int]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=KINDS, orient="row")


@pytest.mark.parametrize(
    ("kept", "found", "words"),
    [
        ((), (), None),
        ((A, B, C), (A, B, C), None),
        ((A, B), (B, A), None),
        ((A, B), (A,), "lacks (device b, quantity 2)"),
        ((A,), (), "lacks (device a, quantity 1)"),
        ((), (C,), "has (device None, quantity 3) too much"),
        ((A, B), (A, C), "has (device None, quantity 3) instead of (device b, quantity 2)"),
        ((A, A), (A,), "lacks (device a, quantity 1)"),
        ((C,), (C, C), "has (device None, quantity 3) too much"),
        ((A, A, B), (A, B, B), "has (device b, quantity 2) instead of (device a, quantity 1)"),
    ],
)
def test_the_first_row_that_differs_is_told(
    kept: tuple[tuple[str | None, int], ...],
    found: tuple[tuple[str | None, int], ...],
    words: str | None,
) -> None:
    assert comparing.first_difference(table(*kept), table(*found)) == words


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (table(A).drop("quantity"), "has the columns (device String) instead of"),
        (
            table(A).cast({"quantity": pl.String}),
            "has the columns (device String, quantity String)",
        ),
    ],
)
def test_other_columns_are_told_before_any_row(found: pl.DataFrame, words: str) -> None:
    assert str(comparing.first_difference(table(A), found)).startswith(words)
