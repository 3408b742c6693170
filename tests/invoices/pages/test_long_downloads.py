"""A8: a large CSV is made in the background, and its page says how far it is."""

from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.test import Client
from kombu.exceptions import OperationalError
from pytest_django.asserts import assertContains, assertRedirects

from accounts.choices import JobState
from accounts.models import Account, Job
from accounts.services import jobs as exports
from accounts.tasks import jobs as tasks
from billing_portal.common import clock, downloads
from invoices.exports import detail, detail_job
from invoices.models import Bill
from tests.portal.months import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_once")]
EXPORT = "/bills/AGG/japan/2026-10/export/"


@pytest.fixture(autouse=True)
def broker(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """What would be sent to the broker."""
    delay = Mock()
    monkeypatch.setattr(tasks.make, "delay", delay)
    return delay


@pytest.fixture
def job(clerk: Client, real: Account) -> Job:
    clerk.post(EXPORT)
    return Job.objects.get()


def test_ordering_commits_a_job_tells_the_broker_and_leads_to_its_page(
    clerk: Client, real: Account, broker: Mock
) -> None:
    response = clerk.post(EXPORT)
    job = Job.objects.get()
    assertRedirects(response, f"/jobs/{job.pk}/")
    broker.assert_called_once_with(job_id=job.pk)
    assert (job.state, job.subject) == ("queued", {"coverage": "japan", "month": "2026-10"})


def test_ordering_again_leads_to_the_job_under_way(clerk: Client, real: Account) -> None:
    assert clerk.post(EXPORT).headers["Location"] == clerk.post(EXPORT).headers["Location"]
    assert Job.objects.count() == 1


def test_a_broker_out_of_reach_breaks_nothing(clerk: Client, real: Account, broker: Mock) -> None:
    broker.side_effect = OperationalError
    assert clerk.post(EXPORT).status_code == 302
    broker.side_effect = None
    tasks.sweep()
    broker.assert_called_with(job_id=Job.objects.get().pk)


def test_the_page_asks_again_by_itself_until_told_not_to(clerk: Client, job: Job) -> None:
    Job.objects.update(state=JobState.RUNNING, percent=45)
    response = clerk.get(f"/jobs/{job.pk}/")
    assert response["Refresh"] == "3"
    assertContains(response, '<progress max="100" value="45"')
    assertContains(response, "You can leave this page")
    assert "Refresh" not in clerk.get(f"/jobs/{job.pk}/?refresh=off")


def test_a_job_under_way_is_found_again_from_home_and_bills(clerk: Client, job: Job) -> None:
    for page in ("/", "/bills/"):
        assertContains(clerk.get(page), "Detail CSV, October 2026, Japan: being made, 0 %")


def test_the_finished_file_has_the_bytes_of_the_bill(clerk: Client, job: Job) -> None:
    tasks.make(job_id=job.pk)
    page = clerk.get(f"/jobs/{job.pk}/")
    assertContains(page, "bill_AGG_japan_2026-10.csv")
    assertContains(page, "Kept until 28 November 2026, 09:00 UTC")
    assert "Refresh" not in page
    response = clerk.get(f"/jobs/{job.pk}/file/", follow=True)
    assert response["Content-Disposition"] == 'attachment; filename="bill_AGG_japan_2026-10.csv"'
    bill = Bill.objects.get(coverage="japan", month="2026-10")
    assert b"".join(response) == b"".join(detail.stream(bill))


def test_making_twice_makes_once(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks.make(job_id=job.pk)
    monkeypatch.setattr(detail, "write_csv", Mock(side_effect=AssertionError("made again")))
    tasks.make(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_what_fails_says_so_and_can_be_tried_again(
    clerk: Client, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(detail, "write_csv", Mock(side_effect=OSError("disk full")))
        tasks.make(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.error, job.lease_owner) == ("failed", "OSError: disk full", "")
    assertContains(clerk.get(f"/jobs/{job.pk}/"), "Try again")
    clerk.post(f"/jobs/{job.pk}/again/")
    tasks.make(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")


def test_only_failed_jobs_are_queued_again(clerk: Client, job: Job) -> None:
    tasks.make(job_id=job.pk)
    clerk.post(f"/jobs/{job.pk}/again/")
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_progress_is_told_in_lines(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    report = Mock(wraps=exports.report)
    monkeypatch.setattr(detail_job, "REPORT_SECONDS", 0)
    monkeypatch.setattr(exports, "report", report)
    tasks.make(job_id=job.pk)
    told = [call.kwargs["percent"] for call in report.call_args_list]
    assert told
    assert told == sorted(told)
    assert set(told) <= set(range(104))  # 32 lines and the header


def test_who_has_lost_the_job_stops_and_leaves_it_to_the_other(job: Job) -> None:
    mine = exports.start(job_id=job.pk, now=NOW)
    assert mine is not None
    Job.objects.update(lease_owner="another")
    with pytest.raises(exports.LeaseLost):
        exports.report(job=mine, percent=50, now=NOW)
    exports.fail(job=mine, error="lost", now=NOW)
    job.refresh_from_db()
    assert (job.state, job.percent, job.lease_owner) == ("running", 0, "another")


def test_a_job_that_kills_its_workers_is_given_up(job: Job) -> None:
    Job.objects.update(state=JobState.RUNNING, attempts=5)
    tasks.make(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_a_result_whose_time_is_over_is_gone(
    clerk: Client, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks.make(job_id=job.pk)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=7, seconds=1))
    tasks.sweep()
    job.refresh_from_db()
    assert (job.state, job.stored_as) == ("done", "")
    assertContains(clerk.get(f"/jobs/{job.pk}/"), "no longer kept")
    assertRedirects(clerk.get(f"/jobs/{job.pk}/file/", follow=True), f"/jobs/{job.pk}/")


def test_an_old_address_says_how_to_get_a_new_one(clerk: Client, job: Job) -> None:
    token = downloads.sign(kind="job", key=str(job.pk), seconds=-1)
    response = clerk.get(f"/downloads/{token}/")
    assertContains(response, "This download address has expired", status_code=410)


def test_an_address_for_something_else_gives_no_file(clerk: Client, job: Job) -> None:
    tasks.make(job_id=job.pk)
    token = downloads.sign(kind="rejected", key=str(job.pk), seconds=60)
    assert clerk.get(f"/downloads/{token}/").status_code == 404
