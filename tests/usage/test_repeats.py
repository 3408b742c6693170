"""The same event id again: a duplicate with the same content, a conflict with another one."""

import pytest

from tests import factories
from tests.usage.conftest import Sender, World
from tests.usage.sending import RECORD, records_csv, stored

OTHER = {
    "quantity": ({"quantity": "8"}, "quantity"),
    "variant": ({"variant": "s1.slow"}, "variant"),
    "meter": ({"meter": "data.download"}, "meter"),
    "instant": ({"at": "2026-10-31T23:59:58Z"}, "at"),
    "microsecond": ({"at": "2026-10-31T23:59:59.000001Z"}, "at"),
    "device": ({"device": "440100000000002"}, "device"),
    "no device": ({"device": ""}, "device"),
    "all": (
        {"account": "STR", "device": "295050000000001", "quantity": "8"},
        "account, coverage, device, quantity",
    ),
}
ALIKE = {
    "unchanged": {},
    "the same instant in another zone": {"at": "2026-11-01T08:59:59+09:00"},
    "the same instant with a fraction": {"at": "2026-10-31T23:59:59.000Z"},
}


@pytest.fixture(autouse=True)
def _second_sim(world: World) -> None:
    factories.device(account=world.ten, key="440100000000002")


@pytest.mark.parametrize("change", ALIKE.values(), ids=ALIKE)
@pytest.mark.parametrize("together", [True, False])
def test_the_same_content_is_a_duplicate(
    sender: Sender, change: dict[str, str], together: bool
) -> None:
    assert _second(sender, change, together=together) == ("duplicate", "")
    assert len(stored()) == 1


@pytest.mark.parametrize(("change", "columns"), OTHER.values(), ids=OTHER)
@pytest.mark.parametrize("together", [True, False])
def test_other_content_is_a_conflict_and_stored_nowhere(
    sender: Sender, change: dict[str, str], columns: str, together: bool
) -> None:
    result, reason = _second(sender, change, together=together)

    assert result == "conflict"
    assert reason.endswith(f"it differs in: {columns}.")
    assert [row[-1] for row in stored()] == [7]


def test_within_one_file_the_first_row_counts(sender: Sender) -> None:
    sent = sender(
        records_csv({"quantity": "8"}, {"event_id": "a"}, {}, {"quantity": "8"}, {"quantity": "9"})
    )

    assert sent.outcomes == ["accepted", "accepted", "conflict", "duplicate", "conflict"]
    assert sent.code == 1


def test_a_rejected_row_does_not_take_its_event_id(sender: Sender) -> None:
    sent = sender(records_csv({"quantity": "-1"}, {}))

    assert sent.outcomes == ["rejected", "accepted"]


def test_event_ids_count_within_their_source(sender: Sender) -> None:
    sender(records_csv({}), source="one")

    assert sender(records_csv({"quantity": "8"}), source="two").outcomes == ["accepted"]


def test_event_ids_are_told_apart_by_case_and_composition(sender: Sender) -> None:
    ids = ["e1", "E1", "é", "e\u0301"]
    sent = sender(records_csv(*({"event_id": name} for name in ids)))

    assert sent.outcomes == ["accepted"] * 4


def test_duplicates_alone_are_no_failure(sender: Sender) -> None:
    sender(records_csv({}))

    assert sender(records_csv({}, {})).code == 0


def _second(sender: Sender, change: dict[str, str], *, together: bool) -> tuple[str, str]:
    """Send RECORD and a changed one, in one file or in two; result and reason of the latter."""
    if together:
        sent = sender(records_csv(RECORD, change))
    else:
        sender(records_csv(RECORD))
        sent = sender(records_csv(change))
    _line, result, reason = sent.results[-1]
    return result, reason
