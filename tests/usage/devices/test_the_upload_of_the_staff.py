"""Staff upload a file of devices: the same door as the command, as a job."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Account, AuditEntry, Job
from accounts.tasks.jobs import make
from billing_portal.common import files
from tests.staff.conftest import staff
from usage.models import Device
from usage.tasks.devices import sweep

__all__ = ["staff"]

HEAD = "id,kind,account,coverage,status"
TEXT = f"{HEAD}\nsim,subscriber,TEN,japan,active\nbad,subscriber,X,japan,active\n"


def upload(client: Client, **typed: Any) -> Job:
    file = SimpleUploadedFile("new.csv", TEXT.encode())
    client.post(reverse("admin:usage_device_bulk"), {"upload": file, **typed})
    job = Job.objects.get()
    make(job_id=job.pk)
    job.refresh_from_db()
    return job


def test_the_devices_are_registered(staff: Client, ten: Account) -> None:
    job = upload(staff, since="2026-10-05")

    assert Device.objects.get().key == "sim"
    assert job.result["counts"] == {"created": 1, "changed": 0, "unchanged": 0, "rejected": 1}
    with files.open_file(job.stored_as) as file, zipfile.ZipFile(io.BytesIO(file.read())) as packed:
        assert packed.namelist() == ["results.csv", "rejected.csv"]
        assert b"bad,subscriber,X,japan,active,3," in packed.read("rejected.csv")
    entry = AuditEntry.objects.get(action="devices-import.done")
    assert (entry.actor, entry.subject) == ("operator@example.com", "new.csv")
    assert "new.csv" in staff.get(reverse("admin:usage_device_bulk")).content.decode()


def test_a_dry_run_registers_none(staff: Client, ten: Account) -> None:
    job = upload(staff, since="2026-10-05", dry_run="on")
    assert job.result["lines"][0] == "This was a dry run: nothing is changed."
    assert not Device.objects.exists()


def test_the_list_leads_there(staff: Client) -> None:
    content = staff.get(reverse("admin:usage_device_changelist")).content.decode()
    assert reverse("admin:usage_device_bulk") in content


@pytest.mark.usefixtures("ten")
def test_the_upload_is_kept_while_the_job_needs_it(
    staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[set[str]] = []
    monkeypatch.setattr(files, "sweep", lambda _kind, *, keep, **_age: kept.append(keep))
    monkeypatch.setattr("usage.admin.bulk.send", lambda *_args, **_named: None)
    file = SimpleUploadedFile("new.csv", TEXT.encode())
    staff.post(reverse("admin:usage_device_bulk"), {"upload": file})
    sweep()
    make(job_id=Job.objects.get().pk)
    sweep()
    assert kept == [{Job.objects.get().subject["stored_as"]}, set()]
