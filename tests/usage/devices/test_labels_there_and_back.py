"""Labels as a file: downloaded, edited in a spreadsheet, and sent back."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Account, Job, Membership
from accounts.tasks.jobs import make
from tests import factories
from usage.models import DeviceLabel, DeviceNow

AWKWARD = {
    "formula": "=cmd()|' /C calc'!A0",
    "guarded": "'=1",
    "minus": "-1",
    "comma": 'a,b "c"',
    "lines": "one\ntwo",
    "rtl": "שלום",
    "clear": "(clear)",
    "@risky": "x",
}


@pytest.fixture
def fleet(agg: Account, ten: Account) -> None:
    factories.device(account=agg, key="sim", name="=Pump", group="(clear)", tags=AWKWARD)
    factories.device(account=agg, key="-7")
    factories.device(account=ten, key="lamp", group="tenants")


def download(client: Client) -> str:
    response: Any = client.get("/device-labels/csv/")
    return b"".join(response.streaming_content).decode("utf-8-sig")


def send(client: Client, text: str) -> Job:
    file = SimpleUploadedFile("labels.csv", text.encode("utf-8-sig"))
    response = client.post("/device-labels/file/", {"upload": file})
    job = Job.objects.latest("pk")
    assert response["Location"] == f"/jobs/{job.pk}/"
    make(job_id=job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.usefixtures("fleet")
def test_a_file_that_comes_back_unchanged_changes_nothing(clerk: Client) -> None:
    before, points = list(DeviceNow.objects.order_by("key").values()), DeviceLabel.objects.count()
    job = send(clerk, download(clerk))

    assert job.result["counts"] == {"created": 0, "changed": 0, "unchanged": 2, "rejected": 0}
    assert list(DeviceNow.objects.order_by("key").values()) == before
    assert DeviceLabel.objects.count() == points


@pytest.mark.usefixtures("fleet")
def test_what_was_edited_is_changed_and_each_row_gets_its_result(clerk: Client) -> None:
    text = "id,name,tag:site\r\nsim,New name,東京\r\nlamp,Mine,\r\nnone,x,\r\n"
    job = send(clerk, text)

    assert job.result["lines"] == [
        "0 created, 1 changed, 0 unchanged, 2 rejected.",
        "Changed: name 1, tags 1.",
        "Line 3: You have no device lamp.",
        "Line 4: You have no device none.",
    ]
    row = DeviceNow.objects.get(key="sim")
    assert (row.name, row.tags["site"]) == ("New name", "東京")
    assert clerk.get(f"/jobs/{job.pk}/").status_code == 200


@pytest.mark.usefixtures("fleet")
def test_a_file_with_more_than_labels_is_refused(clerk: Client) -> None:
    job = send(clerk, "id,status\r\nsim,terminated\r\n")
    assert (job.state, DeviceNow.objects.get(key="sim").status) == ("failed", "active")
    assert "mean nothing here: status" in job.error


@pytest.mark.usefixtures("fleet")
def test_who_is_no_administrator_any_more_changes_nothing(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usage.views.labels.send", lambda *_args, **_named: None)
    file = SimpleUploadedFile("labels.csv", b"id,name\r\nsim,x\r\n")
    clerk.post("/device-labels/file/", {"upload": file})
    Membership.objects.update(role="viewer")
    make(job_id=Job.objects.get().pk)

    assert "You no longer manage this account" in Job.objects.get().error
    assert DeviceNow.objects.get(key="sim").name == "=Pump"
