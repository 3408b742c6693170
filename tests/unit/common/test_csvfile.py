"""CSV can be read by everybody and does nothing in a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_portal.common.csvfile import BOM, CHUNK, encode, guard, unguard

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
tables = st.lists(st.lists(texts, min_size=1, max_size=4), max_size=6)


@given(tables)
def test_what_is_written_is_read_again(rows: list[list[str]]) -> None:
    data = b"".join(encode(rows, bom=False))
    assert list(csv.reader(io.StringIO(data.decode(), newline=""))) == rows


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (["a", "b c", ""], b"a,b c,\r\n"),
        (["1,5", 'say "x"'], b'"1,5","say ""x"""\r\n'),
        (["two\nlines", "cr\r"], b'"two\nlines","cr\r"\r\n'),
        (["'quoted'", "; |"], b"'quoted',; |\r\n"),
        (["通信"], "通信\r\n".encode()),
    ],
)
def test_quotes_only_where_needed(row: list[str], line: bytes) -> None:
    assert b"".join(encode([row])) == BOM + line


def test_a_file_without_rows_is_its_bom() -> None:
    assert list(encode([])) == [BOM]


def test_a_long_file_comes_in_pieces() -> None:
    pieces = list(encode((["x" * 1000] for _ in range(1000)), bom=False))
    assert sum(map(len, pieces)) == 1000 * 1002
    assert max(map(len, pieces)) < 2 * CHUNK


@pytest.mark.parametrize("text", ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1"])
def test_a_text_that_looks_like_a_formula_is_disarmed(text: str) -> None:
    assert guard(text) == "'" + text


@pytest.mark.parametrize("text", ["", "a=b", " =1", "1-1", "'1", "タグ"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert guard(text) == text


@given(st.text(alphabet="'=-a\t", max_size=6))
def test_a_guarded_text_comes_back_as_it_was(text: str) -> None:
    assert unguard(guard(text)) == text
