"""The harness itself: what the fault tests lean on."""

import signal

import pytest

from accounts.models import Account
from tests import factories
from tests.processes import Stage

pytestmark = pytest.mark.broker
BOTH = pytest.mark.parametrize("stage", ["sqlite", "postgresql"], indirect=True)


@BOTH
def test_rows_are_committed_for_other_processes(stage: Stage) -> None:
    with stage.rows():
        factories.account(key="SEEN")
    code = "from accounts.models import Account; print(Account.objects.get().key)"
    assert stage.manage("shell", "--command", code, "--no-imports").stdout == "SEEN\n"
    with stage.rows():
        assert Account.objects.count() == 1


@BOTH
def test_a_stage_begins_without_rows(stage: Stage) -> None:
    assert stage.query("SELECT count(*) FROM accounts_account") == [(0,)]


def test_a_worker_ends_on_sigterm(stage: Stage) -> None:
    worker = stage.start_worker()
    stage.wait_until(lambda: "ready" in worker.log.read_text())
    assert worker.stop() == 0


def test_a_killed_worker_leaves_no_child(stage: Stage) -> None:
    worker = stage.start_worker()
    stage.wait_until(lambda: "ready" in worker.log.read_text())
    worker.kill()
    assert worker.process.returncode == -signal.SIGKILL


def test_the_broker_keeps_its_queue_over_a_kill(stage: Stage) -> None:
    first = stage.start_broker()
    code = "from billing_portal.celery import app; app.send_task('no.such.task')"
    stage.manage("shell", "--command", code, "--no-imports")
    first.kill()
    stage.start_broker()
    worker = stage.start_worker()
    stage.wait_until(lambda: "no.such.task" in worker.log.read_text())
