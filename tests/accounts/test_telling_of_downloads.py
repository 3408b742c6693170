"""Who went away while a download was made is told by mail when it is ready."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from accounts.choices import Reach
from accounts.models import Account, Job, User
from accounts.services import jobs
from billing_portal.common.files import Stored
from tests import factories
from tests.accounts.conftest import mails

NOW = factories.NOW
FILE = jobs.Made(stored=Stored("exports/a.csv", "0" * 64, 12), file_name="a.csv")


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    jobs.register(
        jobs.Kind(
            name="test-file",
            label="Specimen file",
            make=lambda _job, _report: FILE,
            title=lambda _job: "October 2026",
            back=lambda _job: "/",
        )
    )
    yield
    del jobs.KINDS["test-file"]


def finish(person: User, account: Account, *, after: timedelta, made: jobs.Made = FILE) -> Job:
    ordered = jobs.order(
        kind="test-file",
        reach=Reach.USAGE,
        account=account,
        person=person,
        subject={},
        now=NOW,
    )
    job = jobs.start(job_id=ordered.pk, now=NOW)
    assert job is not None
    assert jobs.finish(job=job, made=made, now=NOW + after)
    return job


@pytest.mark.parametrize(
    ("after", "made", "told"),
    [
        (timedelta(minutes=1), FILE, True),
        (timedelta(seconds=59), FILE, False),
        (timedelta(hours=1), jobs.Made(result={"rows": 3}), False),
    ],
)
def test_a_file_that_took_long_is_told(
    after: timedelta, made: jobs.Made, told: bool, aggregator: User, agg: Account
) -> None:
    finish(aggregator, agg, after=after, made=made)
    assert bool(mails("download")) is told


def test_the_mail_leads_to_it(aggregator: User, agg: Account) -> None:
    job = finish(aggregator, agg, after=timedelta(hours=1))
    (mail,) = mails("download")
    assert (mail.to, mail.subject) == (aggregator.email, "Your download is ready: Specimen file")
    assert f"http://127.0.0.1:8000/jobs/{job.pk}/" in mail.text


def test_who_does_not_want_it_is_not_told(aggregator: User, agg: Account) -> None:
    aggregator.mails_downloads = False
    aggregator.save()
    finish(aggregator, agg, after=timedelta(hours=1))
    assert mails() == []
