"""A worker is killed while it takes in uploaded files; the next one goes on to the same facts."""

import signal

import pytest

from accounts.models import Job
from billing_portal.common import clock, files
from tests import factories
from tests.processes import Stage
from tests.usage.feeds.sending import ROW, csv, profile
from usage.models import Import, UsageRecord

pytestmark = pytest.mark.broker


def order(stage: Stage) -> int:
    """Ask for the import of two uploads by a profile; the id of the job."""
    stage.overrides |= clock.timeline(factories.NOW.isoformat())
    with stage.rows():
        account = factories.account(key="TEN")
        factories.device(account=account, key="440100000000001")
        factories.meter(code="data.upload")
        person = factories.user(is_staff=True)
        uploads = [csv(ROW.replace("e1", f"e{n}")).encode() for n in range(2)]
        stored = [files.put("uploads", data, suffix=".usage").name for data in uploads]
        subject = {"profile": "p", "text": profile(), "source": "", "format": "", "country": ""}
        named = [[f"{n}.csv", name] for n, name in enumerate(stored)]
        job = Job.objects.create(
            kind="usage-import",
            reach="staff",
            person=person,
            subject={**subject, "files": named},
            created_at=factories.NOW,
            due_at=factories.NOW,
        )
        return job.pk


@pytest.mark.parametrize("point", ["records.written", "records.merged"])
def test_the_job_is_done_by_the_next_worker(stage: Stage, point: str) -> None:
    job = order(stage)
    stage.start_beat()
    killed = stage.start_worker(MEISAI_KILL_AT=point)
    assert killed.wait(seconds=60) == -signal.SIGKILL, stage.logs()
    stage.start_worker("second")
    query = "SELECT state FROM accounts_job WHERE id = %s"
    stage.wait_until(lambda: stage.query(query, [job]) == [("done",)], seconds=90)

    with stage.rows():
        assert UsageRecord.objects.count() == 2
        states = Import.objects.order_by("id").values_list("state", flat=True)
        assert list(states) == ["stopped"] * 2 + ["done"] * 2
