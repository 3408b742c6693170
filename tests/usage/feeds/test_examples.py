"""docs/feeds/: each example profile takes in its sample, and the facts are right."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Account
from tests import factories
from tests.usage.conftest import World
from tests.usage.feeds.sending import Feeder
from usage.choices import DeviceKind, IdentifierKind
from usage.models import DeviceIdentifier, Import, UsageRecord

FOLDER = Path(settings.BASE_DIR) / "docs" / "feeds"


@pytest.fixture
def account(world: World) -> Account:
    account = factories.account(key="AC000001")
    for number, iccid in enumerate(("8981000000000000015", "8981000000000000023"), 1):
        sim = factories.device(account=account, key=f"44010000000010{number}")
        DeviceIdentifier.objects.create(device=sim, kind=IdentifierKind.ICCID, value=iccid)
    for key in ("1B3A4F", "2C00D1"):
        factories.device(account=account, key=key, kind=DeviceKind.SIGFOX)
    for code in ("session.seconds", "sigfox.message", "api.call", "api.bytes"):
        factories.meter(code=code)
    return account


def facts(source: str) -> list[tuple[Any, ...]]:
    rows = UsageRecord.objects.filter(source__name=source, account__key="AC000001")
    columns = ("event_id", "device__key", "at", "meter__code", "variant", "quantity")
    return list(rows.order_by("event_id").values_list(*columns))


def at(*instant: int) -> datetime:
    return datetime(*instant, tzinfo=UTC)  # type: ignore[arg-type, misc]


def test_sessions_of_sims(feeder: Feeder, account: Account) -> None:
    text = (FOLDER / "cellular-sessions.toml").read_text()
    code, output = feeder.many(text, FOLDER / "cellular-sessions.csv")

    assert code == 0, output
    assert "3 accepted, 0 duplicate, 0 conflict, 0 rejected, 0 late, 2 skipped" in output
    one, two, closed = "440100000000101", "440100000000102", at(2026, 11, 1, 0, 1)
    first, last = at(2026, 10, 5, 8, 10, 30), at(2026, 10, 7, 13)
    assert facts("cellular-sessions") == [
        ("R-0001/bytes", one, first, "data.download", "us-plan01s", 1048576),
        ("R-0001/seconds", one, first, "session.seconds", "us", 630),
        ("R-0002/bytes", one, closed, "data.download", "de-plan01s", 2048),
        ("R-0002/seconds", one, closed, "session.seconds", "de", 180),
        ("R-0005/bytes", two, last, "data.download", "jp-plan01s", 734003200),
        ("R-0005/seconds", two, last, "session.seconds", "jp", 3600),
    ]


def test_sigfox_messages(feeder: Feeder, account: Account) -> None:
    text = (FOLDER / "sigfox-messages.toml").read_text()
    code, output = feeder.many(text, FOLDER / "sigfox-messages.csv")

    assert code == 0, output
    eight, ten = at(2026, 10, 5, 8), at(2026, 10, 5, 10)
    assert facts("sigfox-messages") == [
        ("1B3A4F/1791194400/0", "1B3A4F", ten, "sigfox.message", "downlink", 1),
        ("1b3a4f/1791187200/4094", "1B3A4F", eight, "sigfox.message", "uplink", 1),
        ("1b3a4f/1791190800/4095", "1B3A4F", at(2026, 10, 5, 9), "sigfox.message", "uplink", 1),
        ("2c00d1/1791194400/17", "2C00D1", ten, "sigfox.message", "uplink", 1),
    ]


def test_an_http_access_log(feeder: Feeder, account: Account) -> None:
    text = (FOLDER / "http-access-log.toml").read_text()
    code, output = feeder.many(text, FOLDER / "http-access-log.log")

    assert code == 0, output
    assert Import.objects.get().skipped == 2
    assert facts("http-access-log") == [
        ("7c2a01/bytes", None, at(2026, 10, 5, 8), "api.bytes", "", 512),
        ("7c2a01/call", None, at(2026, 10, 5, 8), "api.call", "ok", 1),
        ("7c2a02/bytes", None, at(2026, 10, 5, 8, 0, 1), "api.bytes", "", 20480),
        ("7c2a02/call", None, at(2026, 10, 5, 8, 0, 1), "api.call", "ok", 1),
        ("7c2a05/call", None, at(2026, 10, 31, 23, 59, 59), "api.call", "failed", 1),
    ]


def test_every_example_has_a_test() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.toml")) == [
        "cellular-sessions",
        "http-access-log",
        "sigfox-messages",
    ]
