"""Cutting CSV: quotes, line breaks in them, and stray quotes that must not swallow what follows."""

import pytest

from usage.ingest.csvrows import LONGEST_RECORD, CsvRows, Header
from usage.ingest.reading import Block

HEADER = Header.parse("a,b,c", required=["a", "c"])
GAP = ["x,y,z"] * LONGEST_RECORD

CASES: dict[str, tuple[list[str], list[tuple[int, str | None, str, str]]]] = {
    "plain": (["1,2,3"], [(2, None, "1", "3")]),
    "empty fields": ([",,"], [(2, None, "", "")]),
    "quoted comma": (['"1,1",2,3'], [(2, None, "1,1", "3")]),
    "doubled quote": (['"1""1",2,"3"'], [(2, None, '1"1', "3")]),
    "a quote inside a bare field": (['1" x 2",2,3'], [(2, None, '1" x 2"', "3")]),
    "line break": (['"1', '1",2,3', "4,5,6"], [(2, None, "1\n1", "3"), (4, None, "4", "6")]),
    "blank line in a field": (['"1', "", '1",2,3'], [(2, None, "1\n\n1", "3")]),
    "blank line between rows": (["1,2,3", "", "4,5,6"], [(2, None, "1", "3"), (4, None, "4", "6")]),
    "too few": (["1,2", "4,5,6"], [(2, "columns", "", ""), (3, None, "4", "6")]),
    "too many": (["1,2,3,4"], [(2, "columns", "", "")]),
    "stray quote": (['"1,2,3', "4,5,6"], [(2, "quotes", "", ""), (3, None, "4", "6")]),
    "two stray quotes": (
        ['"1,2,3', "4,5,6", '"7,8,9'],
        [(2, "quotes", "", ""), (3, None, "4", "6"), (4, "quotes", "", "")],
    ),
    "text behind a quote": (['"1"x,2,3'], [(2, "quotes", "", "")]),
}


def _rows(lines: list[str], size: int) -> list[tuple[int, str | None, str, str]]:
    """Cut lines that come in blocks of `size`; line, fault and both columns of each row."""
    reader, whole = CsvRows(HEADER), ["a,b,c", *lines]
    frames = [
        reader.take(Block(whole[at : at + size], at + 1)) for at in range(0, len(whole), size)
    ]
    frames.append(reader.finish())
    return [
        (line, fault, "" if fault else a, "" if fault else c)
        for frame in frames
        for line, fault, a, c in frame.select("line", "fault", "a", "c").iter_rows()
    ]


@pytest.mark.parametrize("size", [1, 2, 1000])
@pytest.mark.parametrize(("lines", "rows"), CASES.values(), ids=CASES)
def test_each_record_is_cut_by_itself(
    lines: list[str], rows: list[tuple[int, str | None, str, str]], size: int
) -> None:
    assert _rows(lines, size) == rows


@pytest.mark.parametrize("size", [7, 1000])
def test_a_record_that_never_ends_costs_one_line(size: int) -> None:
    rows = _rows(['"1,2,3', *GAP, *GAP], size)

    assert [fault for _line, fault, _a, _c in rows] == ["quotes", *([None] * len(GAP) * 2)]
    assert [line for line, *_rest in rows] == list(range(2, len(rows) + 2))


def test_the_text_of_a_row_is_kept_as_it_came() -> None:
    frame = CsvRows(HEADER).take(Block(["a,b,c", '"1', '1",2,3', "4,5"], 1))

    assert frame["raw"].to_list() == ['"1\n1",2,3', "4,5"]
