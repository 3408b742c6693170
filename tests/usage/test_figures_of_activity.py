"""What reports read of activity: exact, each device once, days as UTC days (Q53–Q58)."""

from datetime import UTC, datetime, timedelta

import pytest

from billing_portal.common.periods import Month
from tests import factories
from tests.factories import MONTH, NOW
from tests.usage.conftest import Sender, World
from tests.usage.sending import records_csv
from usage.selectors import activity
from usage.services.devices import set_owner

MOST = 2**63 - 1


@pytest.fixture(autouse=True)
def _meters(world: World) -> None:
    factories.meter(code="session.connection", evidence="active", is_priced=False)
    factories.meter(code="api.call", is_priced=False)
    factories.meter(code="peak", fold="max", is_priced=False)


def send(sender: Sender, *rows: dict[str, str]) -> None:
    numbered = [{"event_id": f"e{number}", **row} for number, row in enumerate(rows)]
    assert sender(records_csv(*numbered)).code == 0


def test_sums_beyond_64_bits_are_exact(sender: Sender, world: World) -> None:
    at = [f"2026-10-{day:02}T00:00:00Z" for day in (1, 1, 2, 31)]
    send(sender, *({"meter": "api.call", "at": one, "quantity": str(MOST)} for one in at))
    found = activity.counters(accounts=[world.ten.pk], month=MONTH)
    assert found == {world.ten.pk: {"api.call": 4 * MOST}}


def test_a_meter_of_peaks_gives_the_greatest(sender: Sender, world: World) -> None:
    days = {"01": "5", "02": "7", "03": "6"}
    send(
        sender,
        *(
            {"meter": "peak", "at": f"2026-10-{day}T00:00:00Z", "quantity": quantity}
            for day, quantity in days.items()
        ),
    )
    found = activity.counters(accounts=[world.ten.pk], month=MONTH, meters=["peak"])
    assert found[world.ten.pk] == {"peak": 7}


def test_a_device_that_moved_counts_for_each_owner_and_once_in_all(
    sender: Sender, world: World
) -> None:
    moved = MONTH.start + timedelta(days=14)
    set_owner(device=world.sim, account=world.agg, since=moved, now=NOW)
    connect = {"meter": "session.connection"}
    send(
        sender,
        {**connect, "at": "2026-10-01T00:00:00Z"},
        {**connect, "at": "2026-10-02T00:00:00Z"},
        {**connect, "at": "2026-10-31T00:00:00Z", "account": "AGG"},
    )
    both = activity.active(accounts=[world.agg.pk, world.ten.pk], month=MONTH)
    assert activity.by_account(both) == {world.agg.pk: 1, world.ten.pk: 1}
    assert activity.devices_in(both) == 1


@pytest.mark.parametrize(
    ("at", "counted"),
    [
        (datetime(2026, 11, 2, 8, tzinfo=UTC), 3),
        (datetime(2026, 10, 4, 0, tzinfo=UTC), 3),
        (datetime(2026, 10, 3, 23, 59, 59, tzinfo=UTC), 0),
    ],
)
def test_transactions_are_those_of_thirty_days(
    sender: Sender, world: World, at: datetime, counted: int
) -> None:
    send(sender, {"meter": "api.call", "at": at.isoformat(), "quantity": "3"})
    assert activity.transactions(account=world.ten.pk, now=NOW) == counted


def test_what_is_no_call_is_no_transaction(sender: Sender, world: World) -> None:
    send(sender, {"meter": "session.connection"}, {"meter": "data.upload"})
    assert activity.transactions(account=world.ten.pk, now=NOW) == 0


def test_the_first_month_is_that_of_the_first_fact(sender: Sender, world: World) -> None:
    ids = [world.agg.pk, world.ten.pk]
    assert activity.first_month(accounts=ids) is None
    send(sender, {"at": "2026-08-01T00:00:00Z"}, {"at": "2026-10-01T00:00:00Z"})
    assert activity.first_month(accounts=ids) == Month(2026, 8)
