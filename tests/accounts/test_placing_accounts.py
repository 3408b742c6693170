"""Where accounts may stand in the tree, and what is refused."""

from datetime import date

import pytest

from accounts.models import Account, Placement
from accounts.services import tree
from tests import factories

FIRST = date(2026, 12, 1)
OPEN = date(2026, 11, 1)


def place(account: Account, parent: Account | None, **changes: object) -> Placement:
    arguments: dict = {
        "since": FIRST,
        "is_billing": parent is None,
        "not_before": OPEN,
        "now": factories.NOW,
        **changes,
    }
    return tree.place(account=account, parent=parent, **arguments)


def test_an_account_moves_below_another_one(agg: Account, stray: Account) -> None:
    place(stray, agg)
    placement = stray.placements.get(since=FIRST)
    assert (placement.parent, placement.is_billing) == (agg, False)


def test_the_past_stays_as_it_was(agg: Account, stray: Account) -> None:
    place(stray, agg)
    assert stray.placements.get(since=factories.FIRST_DAY).parent is None


def test_a_placement_of_the_same_day_is_replaced(agg: Account, stray: Account) -> None:
    place(stray, agg)
    place(stray, None)
    assert [row.parent for row in stray.placements.filter(since=FIRST)] == [None]


def test_the_same_again_changes_nothing(agg: Account, stray: Account) -> None:
    first, again = place(stray, agg), place(stray, agg)
    assert first == again
    assert Placement.history.filter(id=first.pk).count() == 1


def test_the_history_has_the_instant_it_was_told(agg: Account, stray: Account) -> None:
    placement = place(stray, agg)
    row = Placement.history.get(id=placement.pk)
    assert row.history_date == factories.NOW


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"since": date(2026, 12, 2)}, tree.NotFirstOfMonth),
        ({"since": date(2026, 10, 1)}, tree.MonthIsClosed),
        ({"parent": None, "is_billing": False}, tree.NobodyPays),
    ],
)
def test_what_cannot_be_is_refused(
    changes: dict, refusal: type[Exception], agg: Account, stray: Account
) -> None:
    parent = changes.pop("parent", agg)
    with pytest.raises(refusal):
        place(stray, parent, **changes)
    assert stray.placements.count() == 1


def test_the_first_open_day_itself_is_allowed(agg: Account, stray: Account) -> None:
    assert place(stray, agg, since=OPEN).since == OPEN


def test_a_refusal_for_a_closed_month_names_the_first_open_day(stray: Account) -> None:
    with pytest.raises(tree.MonthIsClosed, match="2026-11-01 or later"):
        place(stray, None, since=date(2026, 9, 1))


def test_an_ended_parent_is_refused(agg: Account, stray: Account) -> None:
    agg.ended_at = factories.NOW
    with pytest.raises(tree.ParentEnded, match="AGG has ended"):
        place(stray, agg)


def test_a_parent_that_comes_later_is_refused(stray: Account) -> None:
    young = factories.account(key="NEW", since=date(2027, 1, 1))
    with pytest.raises(tree.ParentNotPlaced, match="NEW"):
        place(stray, young)


class TestCircles:
    def test_an_account_below_itself_is_refused(self, agg: Account) -> None:
        with pytest.raises(tree.Cycle):
            place(agg, agg)

    @pytest.mark.parametrize("depth", [1, 2, 3])
    def test_an_account_below_its_own_tenants_is_refused(self, depth: int, agg: Account) -> None:
        lowest = agg
        for _ in range(depth):
            lowest = factories.account(parent=lowest)
        with pytest.raises(tree.Cycle, match="on 2026-12-01"):
            place(agg, lowest)

    def test_a_circle_that_a_later_move_would_close_is_refused(
        self, agg: Account, stray: Account
    ) -> None:
        place(agg, stray, since=date(2027, 3, 1))
        with pytest.raises(tree.Cycle, match="on 2027-03-01"):
            place(stray, agg)

    def test_no_circle_if_the_account_has_moved_away_by_then(
        self, agg: Account, stray: Account
    ) -> None:
        place(agg, stray, since=date(2027, 3, 1))
        place(stray, None, since=date(2027, 3, 1))
        assert place(stray, agg).parent == agg

    def test_a_circle_of_the_past_hinders_nobody(self, agg: Account, ten: Account) -> None:
        place(ten, None, since=OPEN)
        assert place(agg, ten).parent == ten
