"""Activity is what the facts say, whoever takes them in at the same time or is killed over it."""

import signal
from pathlib import Path

import pytest

from accounts.models import Account
from tests import factories
from tests.processes import Stage
from tests.usage import activity
from tests.usage.sending import records_csv
from usage.choices import Coverage
from usage.models import DeviceActivity, Meter, UsageRecord

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("stage", ["sqlite", "postgresql"], indirect=True),
    pytest.mark.usefixtures("one_device"),
]
ROWS = 3_000


@pytest.fixture(autouse=True)
def _second_device(stage: Stage, one_device: None) -> None:
    with stage.rows():
        account = Account.objects.get()
        factories.device(account=account, key="295050000000001", coverage=Coverage.GLOBAL)
        Meter.objects.update(evidence="active")


def _file(folder: Path, device: str) -> str:
    path = folder / f"{device}.csv"
    rows = ({"event_id": f"{device}/{number}", "device": device} for number in range(ROWS))
    path.write_text(records_csv(*rows))
    return str(path)


def _agrees(stage: Stage, facts: int) -> None:
    with stage.rows():
        assert UsageRecord.objects.count() == facts
        assert DeviceActivity.objects.count() == facts // ROWS
        assert activity.devices() == activity.devices_of_facts()
        assert activity.days() == activity.days_of_facts()


def test_two_coverages_of_an_account_add_to_the_same_days_at_once(
    stage: Stage, tmp_path: Path
) -> None:
    files = [_file(tmp_path, key) for key in ("440100000000001", "295050000000001")]
    running = [stage.start("import_usage", file, "--source", "feed") for file in files * 2]
    assert [one.wait() for one in running] == [0] * 4, stage.logs()
    _agrees(stage, 2 * ROWS)


@pytest.mark.parametrize("point", ["records.written", "records.merged"])
def test_after_a_kill_the_same_command_leads_there(
    stage: Stage, tmp_path: Path, point: str
) -> None:
    file = _file(tmp_path, "440100000000001")
    killed = stage.start("import_usage", file, "--source", "feed", MEISAI_KILL_AT=point)
    assert killed.wait() == -signal.SIGKILL
    stage.manage("import_usage", file, "--source", "feed")
    _agrees(stage, ROWS)
