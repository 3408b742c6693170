"""A worker is killed at each named step of a month end; another goes on to the same result."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from billing_portal.common import clock
from invoices.models import Bill, Invoice
from tests import processes, worlds
from tests.processes import Stage

pytestmark = pytest.mark.broker

STEPS = [
    "close.loaded",
    "close.rated",
    "close.filed",
    "close.before_proposal",
    "close.proposed",
    "close.before_commit",
    "close.committed",
    "render.before",
    "render.file",
    "render.done",
]
Result = tuple[list[tuple[object, ...]], list[tuple[object, ...]]]


def prepare(stage: Stage) -> None:
    """A month to close, in several shards, at a fixed time."""
    stage.overrides |= clock.timeline(worlds.IN_NOVEMBER) | {"MEISAI_SHARD_SIZE": "1"}
    with stage.rows():
        worlds.build()


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
) -> Iterator[Result]:
    """What the month end comes to when nothing happens."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with processes.opened(folder, backend="sqlite", unblock=django_db_blocker.unblock) as stage:
        prepare(stage)
        stage.start_worker()
        close(stage)
        yield result(stage)


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_this_step_changes_nothing(stage: Stage, undisturbed: Result, step: str) -> None:
    prepare(stage)
    doomed = stage.start_worker(MEISAI_KILL_AT=step)
    stage.manage("close_month", "2026-10")
    assert doomed.wait() == -signal.SIGKILL
    stage.start_worker()
    close(stage)
    assert result(stage) == undisturbed


def test_the_undisturbed_month_is_complete(undisturbed: Result) -> None:
    bills, invoices = undisturbed
    assert [state for *_key, state in bills] == ["closed"] * 4
    assert [label for label, *_rest in invoices] == [f"INV-{n:06}" for n in range(1, 5)]
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
