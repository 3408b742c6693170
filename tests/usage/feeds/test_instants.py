"""Instants as feeds write them: patterns, zones, clocks that change, whole days."""

from datetime import UTC, datetime

import pytest

from tests.usage.conftest import World
from tests.usage.feeds.sending import Feeder, csv, profile
from usage.models import UsageRecord

LOCAL = 'column = "at"\nformat = "%Y-%m-%d %H:%M"\nzone = "Europe/Berlin"'

WRITTEN = {
    "rfc3339": ("2026-10-31T23:59:59.1234567+01:00", "2026-10-31 22:59:59.123456"),
    "epoch": ("1791187200", "2026-10-05 08:00:00"),
    "%s as epoch": ("1791187200.25", "2026-10-05 08:00:00.250000"),
    "epoch-ms": ("1791187200250", "2026-10-05 08:00:00.250000"),
    "%d/%b/%Y:%H:%M:%S %z": ("05/Oct/2026:17:00:00 +0900", "2026-10-05 08:00:00"),
    "%B %-d %Y %I:%M %p %z": ("october 5 2026 12:30 am +05:30", "2026-10-04 19:00:00"),
    "%Y年%m月%d日 %H時%M分%z": ("2026年10月05日 17時00分+09", "2026-10-05 08:00:00"),
    "%a. %d.%m.%Y %-H:%M Uhr %z": ("Mo. 05.10.2026 8:05 Uhr +00", "2026-10-05 08:05:00"),
    "%Y/%m/%d（%a） %H時%z": ("2026/10/05（月曜日） 08時Z", "2026-10-05 08:00:00"),
    "%y%j%H%M%z": ("262781700+0900", "2026-10-05 08:00:00"),
    "%-m/%-d/%Y %-H:%M:%S.%f%z": ("1/5/2026 7:08:09.5Z", "2026-01-05 07:08:09.500000"),
    "100%% %Y-%m-%d %H%z": ("100% 2026-10-05 08-00:30", "2026-10-05 08:30:00"),
}
NOT_WRITTEN = {
    "rfc3339": ["2026-10-31 23:59:59Z", "2026-10-31T24:00:00Z", "2026-10-31T23:59:60Z", ""],
    "epoch": ["-1", "1e9", " 1", "１７９１１８７２００"],
    "%Y-%m-%d %H:%M%z": ["2026-02-30 10:00Z", "2026-1-05 10:00Z", "2026-10-05 10:00", "x"],
    "%Y %j %H%z": ["2026 366 10Z", "2026 000 10Z"],
}


def at(pattern: str) -> str:
    return f"column = \"at\"\nformat = '{pattern}'"


def stored() -> list[datetime]:
    return list(UsageRecord.objects.order_by("event_id").values_list("at", flat=True))


@pytest.mark.parametrize(("pattern", "pair"), WRITTEN.items(), ids=WRITTEN)
def test_it_is_read_as_it_is_written(feeder: Feeder, pattern: str, pair: tuple[str, str]) -> None:
    text, instant = pair
    form = "epoch" if pattern.startswith("%s") else pattern
    sent = feeder(profile(at=at(form)), csv(f"e1,440100000000001,{text},7,DATA"))

    assert sent.outcomes == ["accepted"], sent.reasons
    assert stored() == [datetime.fromisoformat(instant).replace(tzinfo=UTC)]


@pytest.mark.parametrize(
    ("pattern", "text"), [(form, text) for form, texts in NOT_WRITTEN.items() for text in texts]
)
def test_anything_else_is_rejected(feeder: Feeder, pattern: str, text: str) -> None:
    sent = feeder(profile(at=at(pattern)), csv(f"e1,440100000000001,{text},7,DATA"))

    assert sent.reasons == [f"at “{text}” is not written as {pattern}."]


def test_the_first_way_that_fits_counts(feeder: Feeder) -> None:
    way = 'column = "at"\nformat = ["%Y-%m-%d %H:%M:%S", "%d.%m.%Y", "epoch"]\nzone = "Asia/Tokyo"'
    ways = way.replace('"%d.%m.%Y"', '"%d.%m.%Y %H:%M"')
    rows = (
        f"e{n},440100000000001,{text},7,DATA"
        for n, text in enumerate(("2026-10-05 17:00:00", "05.10.2026 17:00", "1791187200"))
    )

    assert feeder(profile(at=ways), csv(*rows)).outcomes == ["accepted"] * 3
    assert set(stored()) == {datetime(2026, 10, 5, 8, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("overlap", "hour"), [("", 0), ('overlap = "earlier"', 0), ('overlap = "later"', 1)]
)
def test_an_hour_that_comes_twice_is_the_one_that_the_profile_says(
    feeder: Feeder, overlap: str, hour: int
) -> None:
    text = profile(at=f"{LOCAL}\n{overlap}")
    feeder(text, csv("e1,440100000000001,2026-10-25 02:30,7,DATA"))

    assert stored() == [datetime(2026, 10, 25, hour, 30, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "2026-03-29 02:30",
            "does not exist in Europe/Berlin: the clocks were put forward over it.",
        ),
        ("2026-10-25 02:30", "came twice in Europe/Berlin: the clocks were put back."),
    ],
)
def test_an_hour_that_nobody_can_tell_is_rejected(feeder: Feeder, text: str, reason: str) -> None:
    sent = feeder(
        profile(at=f'{LOCAL}\noverlap = "reject"'), csv(f"e1,440100000000001,{text},7,DATA")
    )

    assert sent.reasons == [f"at “{text}” {reason}"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-11-01", None),
        ("2026-11-02", "The day “2026-11-02” has not ended in UTC; send it when it has."),
        ("2026-11-03", "at “2026-11-03” lies in the future."),
        ("1969-12-31", "at “1969-12-31” lies before 1970."),
    ],
)
def test_a_whole_day_is_one_that_has_ended(feeder: Feeder, text: str, reason: str | None) -> None:
    way = 'column = "at"\nformat = "%Y-%m-%d"\nwhole_day = true'
    sent = feeder(profile(at=way), csv(f"e1,440100000000001,{text},7,DATA"))

    assert sent.reasons == [reason or ""]
    assert UsageRecord.objects.filter(whole_day=True).count() == (reason is None)


def test_the_future_is_rejected(feeder: Feeder, world: World) -> None:
    sent = feeder(profile(), csv("e1,440100000000001,2026-11-03T00:00:00Z,7,DATA"))

    assert sent.reasons == ["at “2026-11-03T00:00:00Z” lies in the future."]
