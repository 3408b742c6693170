"""An import whose process is gone does not stand there as running for ever."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Job, User
from billing_portal.common import leases
from tests import factories
from tests.usage.conftest import Sender, World
from tests.usage.sending import records_csv
from usage.choices import ImportState
from usage.ingest.batches import Batch
from usage.models import Import
from usage.services import imports
from usage.tasks.records import sweep

DEAD = ":".join([*leases.owner().split(":")[:2], "999999", "1"])
ELSEWHERE = "other-host/1:boot:1:1"
LATER, BEFORE = factories.NOW + timedelta(hours=1), factories.NOW - timedelta(seconds=1)

CASES = [
    ("its process is gone", DEAD, LATER, True),
    ("it is silent for too long", ELSEWHERE, BEFORE, True),
    ("it is of an earlier version", "", None, True),
    ("it is at work", leases.owner(), LATER, False),
    ("it is at work elsewhere", ELSEWHERE, LATER, False),
]


def running(**fields: Any) -> Import:
    given = {"state": ImportState.RUNNING, "finished_at": None, **fields}
    return factories.file_import(**given)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("why", "owner", "until", "stopped"), CASES, ids=[case[0] for case in CASES]
)
def test_it_is_noted_as_interrupted_if(why: str, owner: str, until: Any, stopped: bool) -> None:
    row = running(lease_owner=owner, lease_until=until)
    sweep()
    row.refresh_from_db()

    assert (row.state == ImportState.STOPPED) == stopped
    assert ("Send the file again" in row.error) == stopped
    assert (row.finished_at is not None) == stopped


def test_the_next_import_notes_it_too(sender: Sender) -> None:
    row = running(lease_owner=DEAD, lease_until=LATER)
    sender(records_csv({}))
    row.refresh_from_db()

    assert row.state == ImportState.STOPPED


def test_what_stops_in_the_middle_notes_it_itself(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any, **_named: Any) -> Any:
        raise OSError("No space left on device")

    monkeypatch.setattr(Batch, "merge", fail)
    assert sender(records_csv({})).code == 3
    assert Import.objects.get().state == ImportState.STOPPED


def test_a_second_attempt_at_a_job_notes_what_the_first_left(world: World, operator: User) -> None:
    job = usage_job(operator)
    row = running(job=job, lease_owner=ELSEWHERE, lease_until=LATER)
    imports.stop_of(job=job, now=factories.NOW)
    row.refresh_from_db()

    assert row.state == ImportState.STOPPED


def test_a_long_import_says_that_it_is_alive(
    world: World, tmp_path: Path, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[int] = []
    monkeypatch.setattr("usage.ingest.batches.MOST_FACTS", 1)
    monkeypatch.setattr("usage.ingest.reading.BLOCK", 100)
    monkeypatch.setattr("django.conf.settings.LEASE_SECONDS", 0)
    monkeypatch.setattr(imports, "keep", lambda *, rows, **_now: kept.append(len(rows)))
    sender(records_csv(*({"event_id": f"e{n}"} for n in range(9))))

    assert kept
    assert set(kept) == {1}


def test_uploads_are_kept_while_a_job_may_ask_for_them(operator: User) -> None:
    names = {}
    for state, over in (("queued", None), ("failed", LATER), ("failed", BEFORE), ("done", LATER)):
        job = usage_job(operator, state=state, expires_at=over)
        names[state, over] = job.subject["files"][0][1]

    found = imports.uploads_in_use(now=factories.NOW)
    assert found == {names["queued", None], names["failed", LATER]}


def usage_job(person: User, **fields: Any) -> Any:
    number = Job.objects.count()
    return Job.objects.create(
        kind=imports.JOB,
        reach="staff",
        person=person,
        subject={"files": [["a", f"uploads/{number}"]], "profile": "", "source": "x"},
        created_at=factories.NOW,
        due_at=factories.NOW,
        **fields,
    )
