"""Every reason for which a row of records-csv is rejected, and what is accepted at the borders."""

from datetime import UTC, datetime

import pytest

from tests import factories
from tests.usage.conftest import Sender, World
from tests.usage.sending import RECORD, records_csv, stored
from usage.models import UsageRecord

REJECTED = {
    "event id missing": ({"event_id": ""}, "event_id is empty."),
    "event id too long": ({"event_id": "e" * 201}, "event_id is too long."),
    "event id with a blank in front": ({"event_id": " e1"}, "event_id has control characters"),
    "event id with a tab": ({"event_id": "e\t1"}, "event_id has control characters"),
    "account missing": ({"account": ""}, "account is empty."),
    "account unknown": ({"account": "NOBODY"}, "There is no account “NOBODY”."),
    "account of other case": ({"account": "ten"}, "There is no account “ten”."),
    "device unknown": ({"device": "44"}, "There is no device “44”."),
    "meter missing": ({"meter": ""}, "meter is empty."),
    "meter unknown": ({"meter": "data.sideways"}, "There is no meter “data.sideways”."),
    "variant too long": ({"variant": "v" * 101}, "variant is too long."),
    "date without a time": ({"at": "2026-10-31"}, "at “2026-10-31” is not an instant"),
    "time without a zone": ({"at": "2026-10-31T10:00:00"}, "is not an instant with a zone"),
    "leap second": ({"at": "2026-10-31T23:59:60Z"}, "is not an instant"),
    "hour 24": ({"at": "2026-10-31T24:00:00Z"}, "is not an instant"),
    "30 February": ({"at": "2026-02-30T10:00:00Z"}, "is not an instant"),
    "blank instead of T": ({"at": "2026-10-31 10:00:00Z"}, "is not an instant"),
    "short zone": ({"at": "2026-10-31T10:00:00+09"}, "is not an instant"),
    "zone of 24 hours": ({"at": "2026-10-31T10:00:00+24:00"}, "is not an instant"),
    "full-width digits": ({"at": "２０２６-10-31T10:00:00Z"}, "is not an instant"),
    "before 1970": ({"at": "1969-12-31T23:59:59Z"}, "lies before 1970."),
    "future": ({"at": "2026-11-03T00:00:00Z"}, "lies in the future."),
    "future by its zone": ({"at": "2026-11-02T09:30:00-01:00"}, "lies in the future."),
    "quantity missing": ({"quantity": ""}, "quantity “” is not a whole number"),
    "plus sign": ({"quantity": "+5"}, "quantity “+5” is not a whole number"),
    "negative": ({"quantity": "-1"}, "quantity “-1” is not a whole number"),
    "leading zeros": ({"quantity": "00012"}, "quantity “00012” is not a whole number"),
    "fraction": ({"quantity": "1.0"}, "is not a whole number"),
    "exponent": ({"quantity": "1e3"}, "is not a whole number"),
    "2^63": ({"quantity": "9223372036854775808"}, "is not a whole number"),
    "full-width quantity": ({"quantity": "５"}, "is not a whole number"),
    "blank in the quantity": ({"quantity": "5 "}, "is not a whole number"),
    "someone else's device": (
        {"account": "STR"},
        "device “440100000000001” did not belong to this account at that time.",
    ),
    "the payer is not the owner": ({"account": "AGG"}, "did not belong to this account"),
    "before the device": ({"at": "2025-12-31T23:59:59Z"}, "did not exist yet at that time."),
}

ACCEPTED = {
    "a zero": ({"quantity": "0"}, 0),
    "2^63-1": ({"quantity": "9223372036854775807"}, 2**63 - 1),
    "no variant": ({"variant": ""}, 7),
    "the longest event id": ({"event_id": "イ" * 200}, 7),
    "the first instant of the device": ({"at": "2026-01-01T00:00:00Z"}, 7),
    "now": ({"at": "2026-11-02T09:00:00Z"}, 7),
}

INSTANTS = {
    "2026-10-31T23:59:59Z": datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC),
    "2026-11-01T08:59:59+09:00": datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC),
    "2026-10-31T23:29:59-00:30": datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC),
    "2026-10-31T23:59:59.5Z": datetime(2026, 10, 31, 23, 59, 59, 500_000, tzinfo=UTC),
    "2026-10-31T23:59:59.123456789Z": datetime(2026, 10, 31, 23, 59, 59, 123_456, tzinfo=UTC),
    "2024-02-29T00:00:00-00:00": None,
}


@pytest.mark.parametrize(("change", "reason"), REJECTED.values(), ids=REJECTED)
def test_a_bad_row_is_rejected_with_its_reason_and_the_good_one_stays(
    sender: Sender, change: dict[str, str], reason: str
) -> None:
    sent = sender(records_csv({"event_id": "good"}, change))

    assert sent.outcomes == ["accepted", "rejected"]
    assert reason in sent.reasons[1]
    assert [row[0] for row in stored()] == ["good"]
    assert sent.code == 1


@pytest.mark.parametrize(("change", "quantity"), ACCEPTED.values(), ids=ACCEPTED)
def test_a_row_at_the_border_is_accepted(
    sender: Sender, change: dict[str, str], quantity: int
) -> None:
    sent = sender(records_csv(change))

    assert (sent.code, sent.results) == (0, [(2, "accepted", "")])
    assert UsageRecord.objects.get().quantity == quantity


@pytest.mark.parametrize(("text", "instant"), INSTANTS.items(), ids=INSTANTS)
def test_an_instant_is_stored_in_utc(sender: Sender, text: str, instant: datetime | None) -> None:
    sender(records_csv({"at": text}))

    assert [record.at for record in UsageRecord.objects.all()] == ([instant] if instant else [])


def test_a_fact_is_stored_as_it_was_sent(sender: Sender, world: World) -> None:
    sender(records_csv({}))

    assert stored() == [
        ("e1", "TEN", "japan", world.sim.key, "data.upload", "s1.fast", 7),
    ]
    record = UsageRecord.objects.get()
    assert (record.whole_day, record.late) == (False, False)


def test_columns_come_in_any_order_and_others_are_passed_over(sender: Sender) -> None:
    columns = ("quantity", "note", *reversed([name for name in RECORD if name != "quantity"]))
    sent = sender(records_csv({"note": "x,y"}, columns=columns))

    assert sent.outcomes == ["accepted"]
    assert stored()[0][-1] == 7


def test_a_row_of_an_account_without_a_placement_is_rejected(sender: Sender, world: World) -> None:
    world.ten.placements.all().delete()

    assert "Nobody is billed for account “TEN”" in sender(records_csv({})).reasons[0]


@pytest.mark.usefixtures("world")
def test_an_update_of_a_device_is_one(sender: Sender) -> None:
    factories.meter(code="firmware.update", unit="update", is_priced=False)
    update = {"meter": "firmware.update", "variant": ""}
    many = {**update, "event_id": "e2", "quantity": "2"}
    sent = sender(
        records_csv(update | {"quantity": "1"}, many, {**many, "event_id": "e3", "device": ""})
    )

    assert sent.outcomes == ["accepted", "rejected", "accepted"]
    assert sent.reasons[1] == (
        "quantity “2”: an update of a device is one. Send a row for each of them."
    )
