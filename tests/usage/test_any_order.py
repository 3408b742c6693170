"""However rows are split over files and in whatever order they come, the same facts are stored."""

from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.usage.conftest import Sender
from tests.usage.sending import records_csv, stored

SOURCES = count()

# Each row has its own content by event id, so that order cannot make another fact of it.
_rows = st.lists(
    st.builds(
        lambda number, bad: {
            "event_id": f"e{number}",
            "quantity": "-1" if bad else str(number),
            "at": f"2026-10-{number % 28 + 1:02}T12:00:00Z",
            "variant": "s1.fast" if number % 2 else "",
        },
        st.integers(0, 12),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture(params=[64, 8 << 20])
def _block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("usage.ingest.reading.BLOCK", request.param)


@pytest.mark.usefixtures("_block")
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(rows=_rows, cuts=st.lists(st.integers(0, 12), max_size=3), data=st.data())
def test_any_split_and_order_of_rows_stores_the_same_facts(
    sender: Sender,
    rows: list[dict[str, str]],
    cuts: list[int],
    data: st.DataObject,
) -> None:
    whole, parts = f"whole{next(SOURCES)}", f"parts{next(SOURCES)}"
    sender(records_csv(*rows), source=whole)
    shuffled = data.draw(st.permutations(rows))
    for start, end in _pieces(cuts, len(rows)):
        sender(records_csv(*shuffled[start:end]), source=parts)

    assert stored(parts) == stored(whole)
    good = {row["event_id"] for row in rows if row["quantity"] != "-1"}
    assert {row[0] for row in stored(whole)} == good


def _pieces(cuts: list[int], length: int) -> list[tuple[int, int]]:
    borders = sorted({0, length, *(min(cut, length) for cut in cuts)})
    return list(pairwise(borders))
