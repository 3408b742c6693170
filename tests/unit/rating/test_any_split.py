"""However lines are split over sections and documents, the totals stay within the stated rule."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from billing_portal.common.money import Currency, Rounding
from invoices.rating.taxes import Statement, TaxGroup, state_groups

TEN = TaxGroup("standard", Decimal("0.1"))
EIGHT = TaxGroup("reduced", Decimal("0.08"))
Lines = list[tuple[TaxGroup, Decimal]]
LINES = st.lists(
    st.tuples(st.sampled_from([TEN, EIGHT]), st.decimals("0", "99999999", places=6)),
    min_size=1,
    max_size=12,
)


MODES = st.sampled_from(Rounding)


def stated(lines: Lines, rounding: Rounding) -> Statement:
    return state_groups(lines, currency=Currency.JPY, rounding=rounding)


@given(
    lines=LINES, cuts=st.lists(st.integers(0, 12), max_size=4), rounding=st.sampled_from(Rounding)
)
def test_a_split_over_sections_changes_nothing(
    lines: Lines, cuts: list[int], rounding: Rounding
) -> None:
    borders = [0, *sorted(min(cut, len(lines)) for cut in cuts), len(lines)]
    sections = [lines[a:b] for a, b in pairwise(borders)]
    together = [line for section in reversed(sections) for line in section]
    assert stated(together, rounding) == stated(lines, rounding)


@given(
    lines=LINES, owners=st.lists(st.integers(0, 3), min_size=12), rounding=st.sampled_from(Rounding)
)
def test_a_split_over_documents_differs_by_less_than_one_yen_for_each_rate_of_each(
    lines: Lines, owners: list[int], rounding: Rounding
) -> None:
    parts: dict[int, Lines] = {}
    for owner, line in zip(owners, lines, strict=False):
        parts.setdefault(owner, []).append(line)
    split = [stated(part, rounding) for part in parts.values()]
    whole = stated(lines, rounding).gross_minor
    roundings = sum(len(part.rates) for part in split) + len(stated(lines, rounding).rates)
    assert abs(sum(part.gross_minor for part in split) - whole) < roundings
    if rounding == Rounding.UP:
        assert sum(part.gross_minor for part in split) >= whole
    if rounding == Rounding.DOWN:
        assert sum(part.gross_minor for part in split) <= whole
