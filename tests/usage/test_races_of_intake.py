"""Intake by real processes: at the same time, against a close, and killed in the middle."""

import signal
import time
from pathlib import Path

import pytest
from django.db import connection, transaction

from accounts.models import Account
from tests import factories
from tests.processes import Running, Stage, wait_until
from tests.usage.sending import records_csv
from usage.choices import MonthState
from usage.models import AccountMonth, Device, Meter, UsageRecord
from usage.services import months
from usage.services.months import MonthKey

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("stage", ["sqlite", "postgresql"], indirect=True),
    pytest.mark.usefixtures("one_device"),
]
ROWS = 3_000


@pytest.fixture
def usage(tmp_path: Path) -> Path:
    path = tmp_path / "usage.csv"
    rows = [{"event_id": f"e{number * 7919 % ROWS:05}"} for number in range(ROWS)]
    path.write_text(records_csv(*rows))
    return path


def _import(stage: Stage, path: Path, **environment: str) -> Running:
    return stage.start("import_usage", str(path), "--source", "feed", **environment)


def _let_it_wait() -> None:
    """Go on when the other process waits for us. SQLite does not tell whether anybody does."""
    if connection.vendor == "sqlite":
        time.sleep(2)
        return
    with connection.cursor() as cursor:
        waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"
        wait_until(lambda: cursor.execute(waiting).fetchone())


def test_two_at_once_store_each_fact_once(stage: Stage, usage: Path) -> None:
    running = [_import(stage, usage) for _ in range(2)]
    codes = [one.wait() for one in running]

    assert codes == [0, 0], stage.logs()
    counts = stage.query("SELECT sum(accepted), sum(duplicate) FROM usage_import")
    assert [int(count) for count in counts[0]] == [ROWS, ROWS]
    with stage.rows():
        assert UsageRecord.objects.count() == ROWS
        assert AccountMonth.objects.get().version in {1, 2}


def test_a_close_under_way_makes_what_waits_for_it_late(stage: Stage, usage: Path) -> None:
    with stage.rows():
        account = Account.objects.get().pk
        with transaction.atomic():
            key = MonthKey(account, "japan", factories.MONTH)
            row = months.lock(keys=[key])[key]
            running = _import(stage, usage)
            _let_it_wait()
            row.state = MonthState.CLOSED
            row.save()
        assert running.wait() == 0, stage.logs()
        assert UsageRecord.objects.filter(late=True).count() == ROWS
        assert AccountMonth.objects.get().late_facts == ROWS


def test_an_event_that_another_one_stores_meanwhile_is_in_conflict(
    stage: Stage, usage: Path
) -> None:
    with stage.rows():
        source = factories.source("feed")
        with transaction.atomic():
            # Written without the lock of the month, so that only the event id is in the way.
            factories.record(
                device=Device.objects.get(),
                account=Account.objects.get(),
                meter=Meter.objects.get(),
                source=source,
                event_id="e00007",
                quantity=999,
            )
            running = _import(stage, usage)
            _let_it_wait()
        assert running.wait() == 1, stage.logs()
        assert UsageRecord.objects.count() == ROWS
        assert UsageRecord.objects.get(event_id="e00007").quantity == 999


@pytest.mark.parametrize("point", ["records.staged", "records.written", "records.merged"])
def test_after_a_kill_the_same_command_goes_on_to_the_same_result(
    stage: Stage, usage: Path, point: str
) -> None:
    killed = _import(stage, usage, MEISAI_KILL_AT=point)
    assert killed.wait() == -signal.SIGKILL
    before = ROWS if point == "records.merged" else 0
    assert stage.query("SELECT count(*) FROM usage_usagerecord") == [(before,)]

    output = stage.manage("import_usage", str(usage), "--source", "feed").stdout
    assert f"{ROWS - before} accepted, {before} duplicate" in output
    with stage.rows():
        assert UsageRecord.objects.count() == ROWS
        assert AccountMonth.objects.get().version == 1
