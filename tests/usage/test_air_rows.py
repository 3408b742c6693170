"""The air-usage export: two facts of a row, an id from its key columns, days without hours."""

from datetime import UTC, datetime

import pytest

from tests import factories
from tests.usage.conftest import Sender, World
from tests.usage.sending import AIR, air_csv, stored
from usage.models import DeviceOwner, Meter, UsageRecord

REJECTED = {
    "no SIM": ({"imsi": ""}, "imsi is empty."),
    "unknown SIM": ({"imsi": "44"}, "There is no imsi “44”."),
    "no type": ({"type": ""}, "type is empty."),
    "type too long": ({"type": "t" * 51}, "type is too long."),
    "30 February": ({"date": "20260230"}, "date “20260230” is not a day"),
    "half a date": ({"date": "202610"}, "is not a day"),
    "mixed date": ({"date": "2026-1031"}, "is not a day"),
    "an instant": ({"date": "2026-10-31T00:00:00Z"}, "is not a day"),
    "before 1970": ({"date": "19691231"}, "lies before 1970."),
    "tomorrow": ({"date": "20261103"}, "lies in the future."),
    "today": ({"date": "20261102"}, "The day “20261102” has not ended in UTC"),
    "before the SIM": ({"date": "20251231"}, "did not exist yet"),
    "bytes with a sign": ({"uploadByteSizeTotal": "-1"}, "uploadByteSizeTotal “-1” is not a whole"),
    "bytes missing": ({"downloadByteSizeTotal": ""}, "downloadByteSizeTotal “” is not a whole"),
    "packets no number": ({"uploadPacketCountTotal": "x"}, "uploadPacketCountTotal “x” is not"),
    "global SIM": ({"imsi": "295050000000001"}, "give --country."),
}


def test_a_row_becomes_two_facts_of_the_whole_day(sender: Sender, world: World) -> None:
    sent = sender(air_csv({}), format="air-csv")

    assert sent.results == [(2, "accepted", "")]
    key = world.sim.key
    assert stored() == [
        (f"{key}/20261031/download/s1.fast", "TEN", "japan", key, "data.download", "s1.fast", 20),
        (f"{key}/20261031/upload/s1.fast", "TEN", "japan", key, "data.upload", "s1.fast", 10),
    ]
    assert set(UsageRecord.objects.values_list("whole_day", "at")) == {
        (True, datetime(2026, 10, 31, tzinfo=UTC))
    }


@pytest.mark.parametrize(("change", "reason"), REJECTED.values(), ids=REJECTED)
def test_a_bad_row_is_rejected_with_its_reason(
    sender: Sender, change: dict[str, str], reason: str
) -> None:
    sent = sender(air_csv({"type": "good"}, change), format="air-csv")

    assert sent.outcomes == ["accepted", "rejected"]
    assert reason in sent.reasons[1]
    assert UsageRecord.objects.count() == 2


@pytest.mark.parametrize("date", ["20261031", "2026-10-31"])
def test_both_ways_to_write_a_date_give_the_same_event_id(sender: Sender, date: str) -> None:
    sender(air_csv({}), format="air-csv")

    assert sender(air_csv({"date": date}), format="air-csv").outcomes == ["duplicate"]


def test_a_day_that_has_just_ended_is_accepted(sender: Sender) -> None:
    assert sender(air_csv({"date": "20261101"}), format="air-csv").outcomes == ["accepted"]


def test_the_country_comes_before_the_type_of_a_global_sim(sender: Sender) -> None:
    row = {"imsi": "295050000000001", "type": "plan01s"}
    sent = sender(air_csv(row, {}), format="air-csv", country="US")

    assert sent.outcomes == ["accepted", "accepted"]
    assert {(row[2], row[5]) for row in stored()} == {
        ("global", "us-plan01s"),
        ("japan", "s1.fast"),
    }


def test_tag_columns_are_passed_over(sender: Sender) -> None:
    columns = ("name", *AIR, "group")
    row = {"name": 'a "quoted", name', "group": "line\r\nbreak"}
    sent = sender(air_csv(row, {"type": "s1.slow"}, columns=columns), format="air-csv")

    assert [result for _line, result, _reason in sent.results] == ["accepted", "accepted"]
    assert [line for line, _result, _reason in sent.results] == [2, 4]


def test_one_changed_direction_makes_the_row_a_conflict(sender: Sender) -> None:
    sender(air_csv({}), format="air-csv")
    sent = sender(air_csv({"uploadByteSizeTotal": "11"}), format="air-csv")

    assert sent.outcomes == ["conflict"]
    assert "it differs in: quantity." in sent.reasons[0]
    assert {row[-1] for row in stored()} == {10, 20}


def test_the_day_belongs_to_its_owner_at_its_end(sender: Sender, world: World) -> None:
    noon = datetime(2026, 10, 20, 12, tzinfo=UTC)
    DeviceOwner.objects.create(device=world.sim, account=world.stray, since=noon, recorded_at=noon)
    rows = [{"date": date} for date in ("20261019", "20261020", "20261021")]
    sender(air_csv(*rows), format="air-csv")

    owners = {(row[0].split("/")[1], row[1]) for row in stored()}
    assert owners == {("20261019", "TEN"), ("20261020", "STR"), ("20261021", "STR")}


def test_a_sim_may_be_new_on_that_day(sender: Sender, world: World) -> None:
    since = datetime(2026, 10, 31, 23, 59, tzinfo=UTC)
    factories.device(account=world.ten, key="440100000000009", since=since)

    sent = sender(air_csv({"imsi": "440100000000009"}), format="air-csv")

    assert sent.outcomes == ["accepted"]


@pytest.mark.parametrize("missing", ["data.upload", "data.download"])
def test_without_a_meter_neither_half_is_stored(sender: Sender, missing: str) -> None:
    Meter.objects.filter(code=missing).delete()
    sent = sender(air_csv({}), format="air-csv")

    assert sent.results == [(2, "rejected", f"There is no meter {missing}.")]
    assert not UsageRecord.objects.exists()
