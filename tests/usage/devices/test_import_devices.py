"""`manage.py import_devices`: what a file says of devices, row by row."""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Account, AuditEntry
from billing_portal.common.clock import VARIABLE
from tests import factories
from usage.models import Device, DeviceNow, DeviceStatus, Plan
from usage.services.devices import cells

HEAD = "id,iccid,kind,account,coverage,plan,status,since,options,tags,tag:site,group,name"
ROW = "440101,8981,subscriber,TEN,japan,plan-D,active,2026-10-05,custom_dns,,東京,north,Pump"
Run = Callable[..., str]
Encode = Callable[[bytes], bytes]


@pytest.fixture
def plan(ten: Account) -> Plan:
    return factories.plan(code="plan-D")


@pytest.fixture
def run(
    plan: Plan, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Send lines as a file; return what the command says, with the error at its end."""
    monkeypatch.setenv(VARIABLE, factories.NOW.isoformat())

    def send(*lines: str, encode: Encode = bytes, flag: str = "", **options: Any) -> str:
        path = tmp_path / "devices.csv"
        path.write_bytes(encode("\r\n".join(lines).encode("utf-8-sig")))
        error = ""
        try:
            given = (f"--{name}={value}" for name, value in options.items())
            call_command("import_devices", str(path), *given, *flag.split())
        except CommandError as refusal:
            error = f"[{refusal.returncode}] {refusal}"
        return capsys.readouterr().out + error

    return send


@pytest.mark.parametrize("encode", [bytes, gzip.compress])
def test_a_new_device_is_registered(run: Run, encode: Encode) -> None:
    assert "1 created, 0 changed, 0 unchanged, 0 rejected." in run(HEAD, ROW, encode=encode)

    row = DeviceNow.objects.get()
    assert (row.key, row.status, row.tags, row.group, row.name, row.options) == (
        "440101",
        "active",
        {"site": "東京"},
        "north",
        "Pump",
        ["custom_dns"],
    )


def test_sent_again_it_changes_what_differs(run: Run) -> None:
    run(HEAD, ROW)
    assert "1 unchanged" in run(HEAD, ROW)
    changed = ROW.replace("active,2026-10-05", "suspended,2026/10/9").replace("Pump", "(clear)")
    said = run(HEAD, changed)

    assert "0 created, 1 changed" in said
    assert "Changed: name 1, status 1." in said
    assert (Device.objects.get().name, DeviceStatus.objects.count()) == ("", 2)


def test_an_empty_cell_leaves_as_is_and_the_mark_clears(run: Run) -> None:
    run(HEAD, ROW)
    run(HEAD, "440101,(clear),,,,,,2026-10-09,(clear),(clear),floor 1,,")

    row = DeviceNow.objects.get()
    assert (row.options, row.tags, row.group, row.name) == (
        [],
        {"site": "floor 1"},
        "north",
        "Pump",
    )
    assert not Device.objects.get().identifiers.exists()


def test_tags_may_stand_in_one_column(run: Run) -> None:
    run("id,tags,since", "440101,a=1,2026-10-05")
    run(HEAD, ROW)
    run("id,tags,since", "440101,a=1; b = x=y ,2026-10-06")

    assert DeviceNow.objects.get().tags == {"a": "1", "b": "x=y"}


def test_what_holds_since_when_can_be_said_for_all_rows(run: Run) -> None:
    run(HEAD, ROW.replace("2026-10-05", ""), since="2026-10-05")
    assert DeviceStatus.objects.get().since.isoformat() == "2026-10-05T00:00:00+00:00"


REJECTED = {
    "no such account": (ROW.replace("TEN", "NOBODY"), "There is no account “NOBODY”."),
    "no such plan": (ROW.replace("plan-D", "plan-X"), "There is no plan “plan-X”."),
    "a kind of its own": (ROW.replace("subscriber", "sim"), "kind “sim”: write one of subscriber"),
    "a day that is none": (ROW.replace("2026-10-05", "2026-13-05"), "write a day such as"),
    "no zone": (ROW.replace("2026-10-05", "2026-10-05T12:00:00"), "write a day such as"),
    "a cleared status": (ROW.replace("active", "(clear)"), "status cannot be cleared."),
    "a rounded id": (ROW.replace("440101", "4.4E+14"), "was rounded by a spreadsheet"),
    "no id": (ROW.replace("440101", ""), "id “”: write 1 to 128 characters."),
    "a tag without a value": (ROW.replace(",,東京", ",site,東京"), "as name=value; name=value"),
    "too few columns": ("440101,8981", "does not have as many columns"),
    "an open quote": (f'"{ROW}', "quotes of the row do not match"),
    "a long option": (ROW.replace("custom_dns", "x" * 65), "longer than 64 characters"),
}


@pytest.mark.parametrize(("bad", "reason"), REJECTED.values(), ids=REJECTED)
def test_a_bad_row_is_rejected_and_the_good_one_is_done(run: Run, bad: str, reason: str) -> None:
    good = ROW.replace("440101", "440102").replace("8981", "8982")
    said = run(HEAD, bad, good)

    assert f"line 2: {reason}" in said or reason in said
    assert "1 created, 0 changed, 0 unchanged, 1 rejected." in said
    assert said.endswith("[1] 1 rows were rejected.")
    assert Device.objects.get().key == "440102"


def test_rejected_rows_can_be_mended_and_sent_again(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "rejected.csv"
    run(HEAD, ROW.replace("TEN", "NOBODY"), rejected=copy)
    text = copy.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == f"{HEAD},line,reason"

    assert "1 created" in run(*text.replace("NOBODY", "TEN").splitlines())


def test_the_results_name_every_row(run: Run, tmp_path: Path, agg: Account) -> None:
    path = tmp_path / "results.csv"
    factories.account_month(account=agg, state="closed")
    run(HEAD, ROW, ROW, "=x,,,,,,,,,,,,", results=path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))

    assert rows[0] == ["line", "id", "result", "changed", "reason"]
    assert [row[:3] for row in rows[1:]] == [
        ["2", "440101", "created"],
        ["3", "440101", "unchanged"],
        ["4", "'=x", "rejected"],
    ]
    assert rows[1][4].startswith("Late: 2026-10 is closed, its bill stays.")


REFUSED = {
    "no id": ("kind,account", "The header lacks: id."),
    "a strange column": ("id,stauts", "mean nothing here: stauts. Known are: id, kind"),
    "a column twice": ("id,name,name", "names twice: name"),
    "a tag without a name": ("id,tag:", "mean nothing here: tag:"),
    "too many columns": (",".join(["id", *(f"tag:{n}" for n in range(200))]), "more than 200"),
    "nothing": ("", "The header lacks: id."),
}


@pytest.mark.parametrize(("head", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_would_not_be_understood_is_refused(run: Run, head: str, reason: str) -> None:
    said = run(head, ROW)
    assert reason in said
    assert said.startswith("[2]")


def test_a_dry_run_changes_nothing(run: Run) -> None:
    assert "This was a dry run: nothing is changed.\n1 created" in run(HEAD, ROW, flag="--dry-run")
    assert not Device.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_file_is_in_the_audit_trail(run: Run) -> None:
    run(HEAD, ROW)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject) == (
        "import_devices",
        "devices.import",
        "devices.csv",
    )
    assert entry.detail == {"created": 1, "changed": 0, "unchanged": 0, "rejected": 0}


AWKWARD = ["=cmd()", "'=cmd()", "-1", "a,b", 'say "hi"', "one\ntwo", "שלום", "(clear)", "'(clear)"]


@pytest.mark.parametrize("text", AWKWARD)
def test_an_awkward_tag_goes_into_a_cell_and_comes_back(text: str) -> None:
    assert cells.read(cells.written(text)) == text


@pytest.mark.parametrize(
    ("definition", "kind", "outcome"),
    [
        ("Water meter", "lwm2m", "1 changed"),
        ("", "", "1 unchanged"),
        ("(clear)", "(clear)", "1 changed"),
        ("", "router", "report_type “router”: write one of gateway, lwm2m, lora, generic"),
        ("x" * 201, "", "The thing definition has 201 characters; at most 200"),
    ],
)
def test_definition_and_type_of_a_thing_are_set_and_cleared(
    run: Run, ten: Account, definition: str, kind: str, outcome: str
) -> None:
    device = factories.device(account=ten, key="440101", definition="Pump", report_type="gateway")
    said = run("id,definition,report_type", f"440101,{definition},{kind}")

    assert outcome in said.replace("0 created, ", "").replace("0 changed, ", "")
    device.refresh_from_db()
    changed = (definition.replace("(clear)", ""), kind.replace("(clear)", ""))
    left = changed if outcome == "1 changed" else ("Pump", "gateway")
    assert (device.definition, device.report_type) == left
