"""Exports by the API (A19, A20): an address that needs no header, or a job to ask after."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.choices import JobState
from accounts.models import Account, ApiKey, AuditEntry, Job
from accounts.services import keys
from accounts.tasks import jobs as tasks
from invoices.exports import detail
from invoices.models import Bill
from tests import factories
from tests.api import contracts
from tests.api.conftest import pair
from tests.api.soracom.conftest import Enter, Program

pytestmark = [pytest.mark.django_db, contracts.needed]
MONTH, LATEST = "/bills/{yyyyMM}/export", "/bills/latest/export"
FILE = "/files/exported/{exported_file_id}"
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def csv_of(account: Account, month: str) -> bytes:
    bill = Bill.objects.get(account=account, coverage="japan", month=month)
    return b"".join(detail.stream(bill))


def fetch(url: str) -> Any:
    """As anybody: without a key, a token or a cookie."""
    return Client().get(url)


@pytest.mark.parametrize(("path", "month"), [(MONTH, "2026-10"), (LATEST, "2026-11")])
def test_a_synchronous_export_is_the_detail_csv(
    program: Program, real: Account, path: str, month: str
) -> None:
    url = program.ask("post", f"{path}?export_mode=sync", yyyyMM="202610").json()["url"]
    assert url.startswith("http://testserver/files/")
    file = fetch(url)
    assert file.getvalue() == csv_of(real, month)
    assert f"bill_AGG_japan_{month}.csv" in file["Content-Disposition"]
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.actor[:14]) == ("detail-csv.download", "Script (keyId-")
    assert program.ask("post", path, yyyyMM="202610").json().keys() == {"url"}


def test_an_address_ends_in_time_and_has_no_wrong_character(
    program: Program, real: Account
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        url = program.ask("post", MONTH, yyyyMM="202610").json()["url"]
        changed = url[:-1] + ("A" if url[-1] != "A" else "B")
        assert fetch(changed).status_code == 404
        clock.shift(timedelta(seconds=600))
        assert fetch(url).status_code == 200
        clock.shift(timedelta(seconds=1))
        assert fetch(url).status_code == 410


def test_an_asynchronous_export_is_asked_after(program: Program, real: Account) -> None:
    said = program.ask("post", f"{MONTH}?export_mode=async", yyyyMM="202610").json()
    name = said["exportedFileId"]
    assert said["exportedFilePath"] == f"/files/exported/{name}"
    assert program.get(FILE, exported_file_id=name) == {"status": "processing"}
    tasks.make(job_id=Job.objects.get().pk)
    done = program.get(FILE, exported_file_id=name)
    assert done["status"] == "exported"
    assert fetch(done["url"]).getvalue() == csv_of(real, "2026-10")
    again = program.ask("post", f"{MONTH}?export_mode=async", yyyyMM="202610").json()
    assert again["exportedFileId"] != name


def test_a_job_is_asked_for_once_and_in_the_name_of_the_key(
    program: Program, closed: Account
) -> None:
    names = {
        program.ask("post", f"{MONTH}?export_mode=async", yyyyMM="202610").json()["exportedFileId"]
        for _ in range(2)
    }
    job = Job.objects.get()
    assert (names, job.person, job.actor[:14]) == ({f"fe_{job.pk}"}, None, "Script (keyId-")
    assert AuditEntry.objects.get(action="detail-csv.order").actor == job.actor


def test_what_failed_or_is_gone_has_failed(program: Program, closed: Account) -> None:
    program.ask("post", f"{MONTH}?export_mode=async", yyyyMM="202610")
    for state in (JobState.FAILED, JobState.DONE):
        Job.objects.update(state=state)
        name = f"fe_{Job.objects.get().pk}"
        assert program.get(FILE, exported_file_id=name) == {"status": "failed"}


def test_other_modes_are_refused(program: Program, closed: Account) -> None:
    response = program.ask("post", f"{MONTH}?export_mode=later", yyyyMM="202610")
    assert (response.status_code, "export_mode" in response.json()["message"]) == (400, True)


@pytest.mark.parametrize("name", ["fe_", "fe_x", "fe_٣", "1", "fe_" + "9" * 30, "fe_999", "\x00"])
def test_a_file_that_is_not_there(program: Program, name: str) -> None:
    assert program.ask("get", FILE, exported_file_id=name).status_code == 404


def test_a_file_of_others_is_not_there(enter: Enter, closed: Account, stray: Account) -> None:
    name = enter(closed).ask("post", f"{MONTH}?export_mode=async", yyyyMM="202610").json()
    other = enter(stray)
    assert other.ask("get", FILE, exported_file_id=name["exportedFileId"]).status_code == 404
    assert other.ask("post", MONTH, yyyyMM="202610").status_code == 404


def test_an_address_dies_with_the_right_to_see_the_money(
    program: Program, closed: Account, stray: Account
) -> None:
    url = program.ask("post", MONTH, yyyyMM="202610").json()["url"]
    closed.placements.update(is_billing=False, parent=stray)
    assert fetch(url).status_code == 404


def test_an_address_dies_with_its_key(program: Program, real: Account) -> None:
    url = program.ask("post", MONTH, yyyyMM="202610").json()["url"]
    assert fetch(url).status_code == 200
    keys.revoke(key=ApiKey.objects.get(), actor="x", now=NOW)
    assert fetch(url).status_code == 404


def test_an_address_dies_with_the_role_of_who_asked(client: Client, real: Account) -> None:
    person = factories.person(real, password="correct horse battery")
    typed = {"email": person.email, "password": "correct horse battery"}
    token = pair(client.post("/v1/auth", typed, content_type="application/json").json())
    url = client.post("/v1/bills/202610/export", headers=token).json()["url"]
    assert fetch(url).status_code == 200
    person.memberships.all().delete()
    assert fetch(url).status_code == 404


def test_exports_have_a_limit_of_their_own(
    program: Program, closed: Account, settings: Any
) -> None:
    settings.API_LIMITS = settings.API_LIMITS | {"export": 1}
    answers = [program.ask("post", MONTH, yyyyMM="202610") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]


def test_so_have_files_behind_addresses(program: Program, real: Account, settings: Any) -> None:
    settings.API_LIMITS = settings.API_LIMITS | {"export": 1}
    url = program.ask("post", MONTH, yyyyMM="202610").json()["url"]
    answers = [fetch(url) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert 0 < int(answers[1]["Retry-After"]) <= 60
