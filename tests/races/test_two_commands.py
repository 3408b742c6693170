"""The same month is closed by several people at the same moment: there is one month end."""

import pytest

from accounts.models import AuditEntry
from billing_portal.common import clock
from invoices.models import BillingRun, RunItem
from tests import worlds
from tests.processes import Stage

pytestmark = [pytest.mark.broker, pytest.mark.postgres]


@pytest.mark.parametrize("stage", ["postgresql"], indirect=True)
def test_closing_a_month_at_once_makes_one_run(stage: Stage) -> None:
    stage.overrides |= clock.timeline(worlds.IN_NOVEMBER)
    with stage.rows():
        worlds.build(sims=1)
    stage.start_broker()
    commands = [stage.start("close_month", "2026-10") for _command in range(3)]
    assert [command.wait() for command in commands] == [0, 0, 0], stage.logs()
    with stage.rows():
        assert BillingRun.objects.count() == 1
        assert RunItem.objects.count() == 4
        assert AuditEntry.objects.filter(action="billing_run.open").count() == 1
