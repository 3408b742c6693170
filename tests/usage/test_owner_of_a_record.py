"""The account of a fact is the owner of the device at that instant."""

from datetime import UTC, datetime

import pytest

from tests.usage.conftest import Sender, World
from tests.usage.sending import records_csv
from usage.models import DeviceOwner

MOVE = datetime(2026, 10, 20, 12, tzinfo=UTC)
BACK = datetime(2026, 10, 25, tzinfo=UTC)

CASES = {
    "2026-10-20T11:59:59.999999Z": "TEN",
    "2026-10-20T12:00:00Z": "STR",
    "2026-10-20T21:00:00+09:00": "STR",
    "2026-10-24T23:59:59Z": "STR",
    "2026-10-25T00:00:00Z": "TEN",
}


@pytest.fixture(autouse=True)
def _moves(world: World) -> None:
    for since, account in ((MOVE, world.stray), (BACK, world.ten)):
        DeviceOwner.objects.create(
            device=world.sim, account=account, since=since, recorded_at=since
        )


@pytest.mark.parametrize(("at", "owner"), CASES.items(), ids=CASES)
def test_only_the_owner_at_that_instant_is_accepted(sender: Sender, at: str, owner: str) -> None:
    rows = [{"account": key, "event_id": key, "at": at} for key in ("TEN", "STR")]
    sent = sender(records_csv(*rows))

    accepted = {"TEN": "rejected", "STR": "rejected"} | {owner: "accepted"}
    assert sent.outcomes == list(accepted.values())
