"""Facts of an account as a whole have no device to say which coverage they belong to."""

import pytest

from tests import factories
from tests.usage.conftest import Sender, World
from tests.usage.sending import RECORD, ndjson, records_csv, stored

COLUMNS = (*RECORD, "coverage")
BARE = {"device": "", "account": "TEN"}


def test_the_only_coverage_of_the_account_is_taken(sender: Sender) -> None:
    sent = sender(records_csv(BARE, BARE | {"account": "STR", "event_id": "e2"}))

    assert sent.outcomes == ["accepted", "accepted"]
    assert [row[1:4] for row in stored()] == [("TEN", "japan", None), ("STR", "global", None)]


@pytest.mark.parametrize("said", ["japan", "global"])
def test_the_coverage_column_decides(sender: Sender, said: str) -> None:
    sender(records_csv(BARE | {"coverage": said}, columns=COLUMNS))

    assert stored()[0][2] == said


def test_an_account_without_devices_must_say_the_coverage(sender: Sender) -> None:
    sent = sender(records_csv(BARE | {"account": "AGG"}))

    assert "fill in the column coverage" in sent.reasons[0]


def test_an_account_with_devices_in_both_must_say_the_coverage(
    sender: Sender, world: World
) -> None:
    factories.device(account=world.ten, coverage="global")

    assert "fill in the column coverage" in sender(records_csv(BARE)).reasons[0]


CASES = {
    "not a coverage": ({"coverage": "Japan"}, "is not a coverage: write japan or global."),
    "not the device's": ({"coverage": "global"}, "is not the coverage of the device."),
}


@pytest.mark.parametrize(("change", "reason"), CASES.values(), ids=CASES)
def test_a_wrong_coverage_is_rejected(sender: Sender, change: dict[str, str], reason: str) -> None:
    assert reason in sender(records_csv(change, columns=COLUMNS)).reasons[0]


def test_ndjson_may_carry_the_coverage(sender: Sender) -> None:
    sender(ndjson({"device": None, "coverage": "global"}), format="ndjson")

    assert stored()[0][2:4] == ("global", None)
