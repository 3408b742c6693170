"""A worker is killed at each named step of a month end; another goes on to the same result."""

import json
import signal
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from billing_portal.common import clock
from invoices.models import Bill, Invoice
from invoices.services import runs
from invoices.tasks import documents
from invoices.tasks.runs import sweep
from tests import databases, processes, worlds
from tests.plugins import surroundings
from tests.processes import Stage

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]

STEPS = [
    ("close.loaded", "close.rated"),
    ("close.filed", "close.before_proposal"),
    ("close.proposed", "close.before_commit"),
    ("close.committed", "render.before"),
    ("render.file", "render.done"),
]
"""Two workers are killed in each month end: a shard that sees more is parked (runs.PATIENCE)."""
NOW = datetime.fromisoformat(worlds.IN_NOVEMBER)
Result = tuple[list[tuple[object, ...]], list[tuple[object, ...]]]


def prepare(stage: Stage) -> None:
    """A month to close, in several shards, at a fixed time."""
    stage.overrides |= clock.timeline(worlds.IN_NOVEMBER) | {"MEISAI_SHARD_SIZE": "1"}
    with stage.rows():
        worlds.build()


def begin(stage: Stage) -> None:
    """What the command does before it waits, without the start of a process."""
    with stage.rows():
        runs.open_run(month=worlds.OCTOBER, now=NOW, actor="test")
    stage.call_for(sweep)
    stage.call_for(documents.sweep)


def close(stage: Stage) -> None:
    stage.manage("close_month", "2026-10", "--wait")


def result(stage: Stage) -> Result:
    """Seals of the bills; numbers, seals and PDF hashes of the invoices."""
    with stage.rows():
        bills = Bill.objects.order_by("account__key", "coverage")
        invoices = Invoice.objects.order_by("number")
        return (
            list(bills.values_list("account__key", "coverage", "seal", "state")),
            list(invoices.values_list("label", "account__key", "seal", "file__sha256")),
        )


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Result:
    """What the month end comes to when nothing happens; made once for all processes of a run."""
    kept = surroundings.SHARED_DIR / "undisturbed.json"
    folder = tmp_path_factory.mktemp("undisturbed")

    def make() -> None:
        with processes.opened(folder, backend="sqlite", unblock=django_db_blocker.unblock) as stage:
            prepare(stage)
            stage.start_worker()
            close(stage)
            kept.write_text(json.dumps(result(stage)))

    databases.once("undisturbed", make)
    bills, invoices = json.loads(kept.read_text())
    return [tuple(row) for row in bills], [tuple(row) for row in invoices]


@pytest.mark.parametrize("steps", STEPS, ids=" ".join)
def test_kills_at_these_steps_change_nothing(
    stage: Stage, undisturbed: Result, steps: tuple[str, str]
) -> None:
    prepare(stage)
    for step in steps:
        doomed = stage.start_worker(MEISAI_KILL_AT=step)
        begin(stage)
        assert doomed.wait() == -signal.SIGKILL
    stage.start_worker()
    close(stage)
    assert result(stage) == undisturbed


def test_the_undisturbed_month_is_complete(undisturbed: Result) -> None:
    bills, invoices = undisturbed
    assert [state for *_key, state in bills] == ["closed"] * 4
    assert [label for label, *_rest in invoices] == [f"STM-{n:06}" for n in range(1, 5)]
    assert all(sha256 for *_key, sha256 in invoices)


def test_a_broker_that_is_killed_with_its_queue_costs_nothing(
    stage: Stage, undisturbed: Result, tmp_path: Path
) -> None:
    prepare(stage)
    stage.start_broker()
    stage.manage("close_month", "2026-10")
    assert stage.broker is not None
    stage.broker.kill()
    stage.start_worker()
    close(stage)
    assert result(stage) == undisturbed
