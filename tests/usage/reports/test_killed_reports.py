"""Real processes that make reports and are killed: the same command goes on to the same reports."""

import signal

import pytest

from billing_portal.common.clock import VARIABLE
from tests import factories
from tests.processes import Running, Stage
from tests.usage.reports.conftest import DUE, MONTH
from usage.models import ReportDue, UsageReport, UsageReportRow

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("stage", ["sqlite", "postgresql"], indirect=True),
]
PAYERS = 5


@pytest.fixture(autouse=True)
def _world(stage: Stage) -> None:
    stage.overrides[VARIABLE] = DUE.isoformat()
    with stage.rows():
        for _ in range(PAYERS):
            factories.account(parent=factories.account())


def start(stage: Stage, **environment: str) -> Running:
    return stage.start("make_reports", MONTH, MEISAI_SHARD_SIZE="2", **environment)


@pytest.mark.parametrize("point", ["reports.filed", "reports.written", "reports.made"])
def test_after_a_kill_the_same_command_makes_the_rest(stage: Stage, point: str) -> None:
    assert start(stage, MEISAI_KILL_AT=point).wait() == -signal.SIGKILL
    with stage.rows():
        left = set(UsageReport.objects.values_list("pk", flat=True))
        assert len(left) == (2 if point == "reports.made" else 0)
    assert start(stage).wait() == 0, stage.logs()
    with stage.rows():
        made = set(UsageReport.objects.values_list("pk", flat=True))
        assert left <= made
        assert len(made) == PAYERS
        assert UsageReportRow.objects.count() == 2 * PAYERS
        assert not ReportDue.objects.exists()


def test_two_at_the_same_time_make_each_report_once(stage: Stage) -> None:
    running = [start(stage) for _ in range(3)]
    codes = [one.wait(seconds=120) for one in running]
    # Who comes last may find a shard that another one is still making.
    assert 0 in codes, stage.logs()
    with stage.rows():
        assert UsageReport.objects.count() == PAYERS
        assert not ReportDue.objects.exists()
