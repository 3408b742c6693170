"""The CSV of a quote is the one that the portal gives for the same facts, byte for byte."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import Account
from billing_portal.common.clock import VARIABLE
from billing_portal.common.periods import Month
from invoices.services.catalog import load_catalog
from tests import factories
from tests.cases.catalogue import FOLDER
from usage.models import AccountMonth, Device, Meter, Plan, UsageRecord
from usage.services.devices import NewDevice, register_devices

pytestmark = pytest.mark.django_db

OCTOBER = "2026-10-01T00:00:00Z"
NOON = time(12, tzinfo=UTC)


def sim(key: str, since: str = OCTOBER, **labels: Any) -> dict[str, Any]:
    plans = {"statuses": [[since, "active"]], "plans": [[since, "plan01s"]]}
    return {"id": key, **plans, **labels}


def used(device: str, day: int, meter: str, quantity: int, variant: str = "") -> dict[str, Any]:
    row = {"device": device, "day": f"2026-10-{day:02}", "meter": meter, "quantity": quantity}
    return row | {"variant": variant}


FLEETS: dict[str, dict[str, Any]] = {
    "labels that spreadsheets would run": {
        "devices": [
            sim("295050000000001", group="=1+1", tags={"site": '京都, "north"', "date": "@now"}),
            sim("295050000000002", tags={"site": "two\nlines"}),
            sim("=295050000000003", since="2026-10-09T12:00:00Z", group="g"),
        ],
        "usage": [],
    },
    "usage of every kind of number": {
        "devices": [sim("295050000000001"), sim("295050000000002", since="2026-10-31T23:59:59Z")],
        "usage": [
            used("295050000000001", 5, "data.upload", 130_048, "br-plan01s"),
            used("295050000000001", 6, "data.download", 1, "us-plan01s"),
            used("295050000000001", 6, "beam.request", 250_000, "mqtt-mqtts"),
            used("295050000000002", 31, "sms.submit", 3),
        ],
    },
    "nothing to charge": {"devices": [], "usage": [], "through": "2026-10-31"},
}


def register(account: Account, rows: Sequence[Mapping[str, Any]]) -> None:
    plan = Plan.objects.get(code="plan01s")
    new = [
        NewDevice(
            key=row["id"],
            kind="subscriber",
            coverage="global",
            account_id=account.pk,
            plan_id=plan.pk,
            status="active",
            since=datetime.fromisoformat(row["statuses"][0][0]),
            tags=row.get("tags", {}),
            group=row.get("group", ""),
        )
        for row in rows
    ]
    register_devices(devices=new, now=datetime(2026, 10, 1, tzinfo=UTC))


def record(account: Account, rows: Sequence[Mapping[str, Any]]) -> None:
    for number, row in enumerate(rows):
        UsageRecord.objects.create(
            account=account,
            device=Device.objects.get(key=row["device"]),
            meter=Meter.objects.get(code=row["meter"]),
            variant=row["variant"],
            quantity=row["quantity"],
            at=datetime.combine(datetime.fromisoformat(row["day"]), NOON),
            source=factories.source(),
            event_id=str(number),
            coverage="global",
        )


def portal(fleet: Mapping[str, Any], path: Path) -> bytes:
    """What the portal exports of an account that has this fleet."""
    factories.issuer()
    load_catalog(path=FOLDER, actor="test", now=datetime(2026, 9, 1, tzinfo=UTC))
    account = factories.account(key="ACME")
    register(account, fleet["devices"])
    record(account, fleet["usage"])
    AccountMonth.objects.get_or_create(account=account, coverage="global", month=Month(2026, 10))
    call_command("export_bill", "ACME", "2026-10", "--coverage", "global", "--output", str(path))
    return path.read_bytes()


@pytest.mark.parametrize("name", FLEETS)
def test_the_files_are_equal(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.setenv(VARIABLE, "2026-11-02T00:00:00Z")
    scenario = tmp_path / "scenario.json"
    document = {"month": "2026-10", "coverage": "global", **FLEETS[name]}
    scenario.write_text(json.dumps(document), encoding="utf-8")
    call_command("quote", str(scenario), "--format", "csv")
    assert capsysbinary.readouterr().out == portal(FLEETS[name], tmp_path / "bill.csv")
