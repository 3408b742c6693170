"""Small and large files are cut by different means, to the same rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage.ingest.csvrows import CsvRows, Dialect, Header
from usage.ingest.reading import Block

LINES = st.lists(st.text(st.sampled_from("ab,; #é\t"), max_size=12), max_size=12)
DIALECTS = st.builds(
    Dialect,
    delimiter=st.sampled_from(",;\t"),
    comment=st.sampled_from(["", "#"]),
    trim=st.booleans(),
)


@given(lines=LINES, dialect=DIALECTS, first=st.integers(1, 3))
def test_they_are_cut_alike(lines: list[str], dialect: Dialect, first: int) -> None:
    header = Header(("x", "y", "z"), ("z", "x"), line=1)
    found = []
    for few in (0, 1_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("usage.ingest.csvrows.FEW", few)
            rows = CsvRows(header, dialect).take(Block(lines, first))
            sound = rows["fault"].is_null()
            found.append((rows.select("line", "raw", "fault"), rows.filter(sound), rows.schema))

    assert all(one.equals(other) for one, other in zip(found[0][:2], found[1][:2], strict=True))
    assert found[0][2] == found[1][2]
