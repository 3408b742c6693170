"""Staff upload usage files: through the same door as the command, as a job."""

import gzip
import io
import zipfile
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Job, User
from accounts.tasks.jobs import make
from billing_portal.common import files
from tests import factories
from tests.usage.conftest import World, world
from tests.usage.feeds.sending import ROW, csv, profile
from tests.usage.sending import records_csv
from usage.models import FeedProfile, Import, UsageRecord

__all__ = ["world"]

ADDRESS = "admin:usage_import_upload"


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("usage.admin.feeds.send", lambda *_task, **_arguments: True)


def upload(staff: Client, *contents: bytes, **given: Any) -> Job:
    """Send files, each "N.csv", and do the work."""
    sent = [SimpleUploadedFile(f"{n}.csv", content) for n, content in enumerate(contents)]
    form = {"format": "records-csv", "uploads": sent, **given}
    response = staff.post(reverse(ADDRESS), form)
    job = Job.objects.get()
    assert response.headers["Location"] == reverse("job", args=[job.pk])
    make(job_id=job.pk)
    job.refresh_from_db()
    return job


def packed(job: Job) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(files.read(job.stored_as)))


def test_files_are_taken_in_by_a_job(staff: Client, world: World) -> None:
    good, bad = records_csv({}).encode(), records_csv({"event_id": "e2", "quantity": "x"}).encode()
    job = upload(staff, good, gzip.compress(bad), b"nonsense", source="feed")

    assert (job.state, job.error) == ("done", "")
    assert UsageRecord.objects.get().event_id == "e1"
    assert job.result["counts"]["accepted"] == 1
    assert job.result["lines"][1].startswith("2.csv: refused. The header lacks")
    rows = Import.objects.filter(job=job).order_by("id")
    assert [(row.file_name, row.state) for row in rows] == [
        ("0.csv", "done"),
        ("1.csv", "done"),
        ("2.csv", "refused"),
    ]


def test_the_result_of_each_row_can_be_fetched(staff: Client, world: World) -> None:
    job = upload(staff, records_csv({}, {"event_id": "e2", "quantity": "x"}).encode(), source="f")

    with packed(job) as found:
        assert found.namelist() == [
            "files.csv",
            "results/0001.results.csv",
            "rejected/0001.rejected",
        ]
        assert b"\r\n2,accepted,\r\n3,rejected," in found.read("results/0001.results.csv")
        assert b"quantity" in found.read("rejected/0001.rejected")
        assert (
            found.read("files.csv").decode("utf-8-sig").splitlines()[1].startswith("0001,0.csv,1")
        )


def test_a_feed_profile_says_what_they_are(staff: Client, world: World) -> None:
    row = FeedProfile.objects.create(name="sessions", text=profile())
    job = upload(staff, csv(ROW).encode(), profile=row.pk)

    assert job.result["counts"]["accepted"] == 1
    assert Import.objects.get().profile == "sessions"


def test_the_page_of_the_job_says_what_became_of_them(staff: Client, world: World) -> None:
    job = upload(staff, records_csv({}).encode(), source="feed")
    page = staff.get(reverse("job", args=[job.pk])).content.decode()

    assert "0.csv: Accepted 1" in page
    assert f"{reverse('admin:usage_import_changelist')}?job__id__exact={job.pk}" in page


def test_two_profiles_of_one_source_with_other_ids_are_refused(staff: Client, world: World) -> None:
    first = FeedProfile.objects.create(name="first", text=profile())
    other = FeedProfile.objects.create(name="other", text=profile(event_id='["id", "type"]'))
    upload(staff, csv(ROW).encode(), profile=first.pk)
    Job.objects.update(kind="of-old")
    Import.objects.update(job=None)
    Job.objects.all().delete()
    job = upload(staff, csv(ROW).encode(), profile=other.pk)

    assert job.state == "failed"
    assert "event ids of source feed are made of id" in job.error
    assert "event ids of source feed" in staff.get(reverse("job", args=[job.pk])).content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Choose a feed profile, or write a source"),
        ({"source": "feed", "country": "Japan"}, "Ensure this value has at most 2"),
        ({"source": "feed", "format": "profile"}, "Select a valid choice"),
        ({"source": "feed", "uploads": []}, "This field is required."),
    ],
)
def test_what_makes_no_sense_is_refused(
    staff: Client, world: World, given: dict[str, Any], said: str
) -> None:
    sent = [SimpleUploadedFile("a.csv", b"a")]
    response = staff.post(reverse(ADDRESS), {"format": "ndjson", "uploads": sent, **given})

    assert said in response.content.decode()
    assert not Job.objects.exists()


@pytest.mark.parametrize(("codename", "status"), [("add_import", 200), ("view_import", 403)])
def test_it_is_for_who_may_add_imports(
    client: Client, db: None, codename: str, status: int
) -> None:
    person = factories.user(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename=codename))
    client.force_login(person)

    assert client.get(reverse(ADDRESS)).status_code == status


def test_an_upload_that_is_no_longer_kept_is_asked_for_again(
    staff: Client, operator: User, world: World
) -> None:
    subject = {"profile": "", "source": "f", "format": "ndjson", "country": ""}
    job = Job.objects.create(
        kind="usage-import",
        reach="staff",
        person=operator,
        subject={**subject, "files": [["a.csv", "uploads/00/00.usage"]]},
        created_at=factories.NOW,
        due_at=factories.NOW,
    )
    make(job_id=job.pk)
    job.refresh_from_db()

    assert job.error == "The uploaded file a.csv is no longer kept. Upload it again."
