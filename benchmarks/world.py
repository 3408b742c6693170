"""A large seller: 5,000 customers, 200,000 devices, 24 closed months and a running one.

The first customer, BIG, has 20,000 devices, a detail file and 4,900 sub-accounts.
"""

import os
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from accounts.models import Account, AuditEntry, Job, Mail, Membership, Placement, User
from benchmarks.filling import boolean, day_of, exact, fill, instant, json, pad, pick, settle, text
from billing_portal.common import frozen
from billing_portal.common.clock import VARIABLE
from billing_portal.common.periods import Month
from invoices.models import (
    Bill,
    BillDayTotal,
    BillingRun,
    BillItemTotal,
    DocumentFile,
    Invoice,
    InvoiceBill,
    Issuer,
    Rendering,
    RunItem,
    Series,
)
from invoices.services import bills
from usage.models import (
    AccountMonth,
    Device,
    DeviceIdentifier,
    DeviceLabel,
    DeviceNow,
    DeviceOwner,
    DevicePlan,
    DeviceStatus,
    Import,
    Meter,
    Plan,
    Source,
    UsageRecord,
)

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
BEGINS = datetime(2024, 10, 1, tzinfo=UTC)
CUSTOMERS, TENANTS, DEVICES, BIG = 5_000, 4_900, 200_000, 20_000
PAYERS = CUSTOMERS + CUSTOMERS // 10  # each tenth has Global too
MONTHS = [Month(2024 + (9 + step) // 12, (9 + step) % 12 + 1) for step in range(26)]
STAFF, CLERK = 10_001, 1
HASH = "0" * 64
_ITEMS = ("basicCharge", "data.upload", "data.download", "sms", "customDns", "vpgUsageFee")


def build() -> None:
    """Fill an empty database that has all migrations."""
    os.environ[VARIABLE] = NOW.isoformat()
    frozen.drop(connection)
    call_command("load_catalog", str(settings.BASE_DIR / "catalog"), stdout=StringIO())
    for part in (_people, _devices, _facts, _bills, _documents, _runs, _traces):
        part()
    settle()
    frozen.install(connection)
    bills.evaluate(month=Month.of(NOW), coverage="japan", account_ids=[1], now=NOW)


def _people() -> None:
    key = text("'AC'", pad("n.i", 5))
    names: dict[str, str] = {
        "id": "n.i",
        "key": key,
        "team_name": text("'見本チーム '", "n.i"),
        "organization": text("'Specimen '", "n.i"),
    }
    fill(Account, "n", count=CUSTOMERS + TENANTS, **names)
    dated = {"history_id": "n.i", "history_date": instant(BEGINS), "history_type": "'+'"}
    fill(Account.history.model, "n", count=CUSTOMERS, **names, **dated)
    place = partial(fill, Placement, since=f"'{BEGINS:%Y-%m-%d}'", account="n.i")
    place("n", count=CUSTOMERS)
    tenants = f"n WHERE n.i > {CUSTOMERS}"
    place(tenants, count=CUSTOMERS + TENANTS, parent="1", is_billing=boolean(False))
    address = text("'person'", "n.i", "'@customer.example'")
    person = {"id": "n.i", "email": address, "name": text("'Person '", "n.i")}
    fill(User, "n", count=2 * CUSTOMERS, **person, language=pick("n.i", "en", "ja"))
    fill(
        Membership,
        "n",
        count=2 * CUSTOMERS,
        user="n.i",
        account=f"(n.i - 1) % {CUSTOMERS} + 1",
        role=pick("n.i", "billing", "admin"),
    )
    User.objects.create(
        pk=STAFF, email="staff@seller.example", language="en", is_staff=True, is_superuser=True
    )


def _devices() -> None:
    plan = Plan.objects.get(code="plan-D").pk
    key, owner = text("'44010'", pad("n.i", 10)), _owner("n.i")
    status = pick("n.i / 7", "active", "active", "active", "suspended", "terminated", "ready")
    tags = json(text('\'{"site": "\'', pick("n.i", "tokyo", "osaka", "nagoya"), "'\"}'"))
    group = pick("n.i / 3", "", "meters", "cameras", "trucks")
    row = {
        "kind": "'subscriber'",
        "coverage": "'japan'",
        "key": key,
        "name": text("'Unit '", "n.i"),
    }
    fill(Device, "n", count=DEVICES, id="n.i", **row)
    dated = {"history_id": "n.i", "history_date": instant(BEGINS), "history_type": "'+'"}
    fill(Device.history.model, "n", count=DEVICES, id="n.i", **row, **dated)
    fill(
        DeviceIdentifier,
        "n",
        count=DEVICES,
        device="n.i",
        kind="'iccid'",
        value=text("'8981'", key),
    )
    point = {"device": "n.i", "since": instant(BEGINS), "recorded_at": instant(BEGINS)}
    fill(DeviceOwner, "n", count=DEVICES, account=owner, **point)
    fill(DevicePlan, "n", count=DEVICES, plan=str(plan), **point)
    fill(DeviceStatus, "n", count=DEVICES, status=status, **point)
    fill(DeviceLabel, "n", count=DEVICES, tags=tags, group=group, **point)
    lines = text("'\n'", key, "'\nunit '", "n.i", "'\n8981'", key, "'\nsite='", tags, "'\n'")
    fill(
        DeviceNow,
        "n",
        count=DEVICES,
        device="n.i",
        account=owner,
        plan=str(plan),
        status=status,
        status_since=instant(BEGINS),
        tags=tags,
        group=group,
        search=lines,
        **row,
    )


def _facts() -> None:
    meter = Meter.objects.get(code="data.upload").pk
    source = Source.objects.create(name="bench").pk
    fill(
        UsageRecord,
        "n",
        count=DEVICES,
        source=str(source),
        event_id=text("'e'", "n.i"),
        account=_owner("n.i"),
        coverage="'japan'",
        device="n.i",
        meter=str(meter),
        variant="'s1.fast'",
        at=instant(datetime(2026, 11, 5, 3, tzinfo=UTC)),
        quantity="n.i * 1024",
    )
    counts = dict.fromkeys(("accepted", "rejected", "duplicate"), "n.i % 1000")
    file = {"file_name": text("'usage-'", "n.i", "'.csv'"), "format": "'records-csv'"}
    at = {"started_at": instant(NOW), "finished_at": instant(NOW), "state": "'done'"}
    fill(Import, "n", count=20_000, source=str(source), **file, **at, **counts)


def _bills() -> None:
    """One bill for each payer and month; closed but the last two months, whose one is proposed."""
    months, unit = len(MONTHS), f"((n.i - 1) / {len(MONTHS)})"
    account = (
        f"CASE WHEN {unit} < {CUSTOMERS} THEN {unit} + 1 ELSE ({unit} - {CUSTOMERS}) * 10 + 1 END"
    )
    japan = f"{unit} < {CUSTOMERS}"
    month = pick("n.i - 1", *(month.iso for month in MONTHS))
    state = pick("n.i - 1", *["closed"] * (months - 1), "temporary")
    gate = {"account": account, "coverage": f"CASE WHEN {japan} THEN 'japan' ELSE 'global' END"}
    open_or_closed = pick("n.i - 1", *["closed"] * (months - 1), "open")
    fill(AccountMonth, "n", count=PAYERS * months, month=month, state=open_or_closed, **gate)
    fill(
        Bill,
        "n",
        count=PAYERS * months,
        id="n.i",
        month=month,
        state=state,
        currency=f"CASE WHEN {japan} THEN 'JPY' ELSE 'USD' END",
        net=exact("n.i % 100000"),
        tax_minor="(n.i % 100000) / 10",
        gross_minor="(n.i % 100000) * 11 / 10",
        line_count="31",
        through="'2026-11-19'",
        evaluated_at=instant(NOW),
        version="1",
        detail_file="'detail/00/00.parquet'",
        detail_hash=f"'{HASH}'",
        tariff_hash=f"'{HASH}'",
        closed_at=instant(NOW),
        seal=f"'{HASH}'",
        **gate,
    )
    part = {"bill": "b.id", "amount": exact("(b.id % 100000) / 6")}
    fill(
        BillItemTotal,
        '"invoices_bill" b CROSS JOIN n',
        count=len(_ITEMS),
        name=pick("n.i - 1", *_ITEMS),
        code=pick("n.i - 1", *_ITEMS),
        category=pick("n.i - 1", "basic", "data", "data", "message", "option", "network"),
        unit="'day'",
        quantity=exact("31"),
        tax_category="'standard'",
        tax_date="'2026-10-31'",
        **part,
    )
    date_ = text("REPLACE(b.month, '-', '')", pad("n.i", 2))
    fill(BillDayTotal, '"invoices_bill" b CROSS JOIN n', count=28, date=date_, **part)


def _documents() -> None:
    issuer = Issuer.objects.create(name="見本通信株式会社", address="東京都見本区")
    series = Series.objects.create(issuer=issuer, prefix="INV")
    closed = "\"invoices_bill\" b WHERE b.state = 'closed'"
    made: dict[str, Any] = {"id": "b.id", "invoice": "b.id"}
    fill(
        Invoice,
        closed,
        id="b.id",
        series=str(series.pk),
        number="b.id",
        label=text("'INV-'", pad("b.id", 6)),
        account="b.account_id",
        month="b.month",
        coverage="b.coverage",
        currency="b.currency",
        issue_date=day_of("b.month", 28),
        due_date="'2026-11-30'",
        net_minor="b.gross_minor - b.tax_minor",
        tax_minor="b.tax_minor",
        total_minor="b.gross_minor",
        snapshot="'{}'",
        snapshot_hash=f"'{HASH}'",
        seal=f"'{HASH}'",
        issued_at=instant(NOW),
    )
    fill(InvoiceBill, closed, bill="b.id", **made)
    fill(Rendering, closed, state="'done'", due_at=instant(NOW), **made)
    file: dict[str, Any] = {
        "sha256": f"'{HASH}'",
        "size": "50000",
        "stored_as": "'pdf/00'",
        "made_with": "'1'",
    }
    fill(DocumentFile, closed, made_at=instant(NOW), **file, **made)


def _runs() -> None:
    for number, month in enumerate(MONTHS[:-1], start=1):
        BillingRun.objects.create(pk=number, month=month, issue_date=month.last_day, created_at=NOW)
    parked = f"b.month = '{MONTHS[-2].iso}' AND b.id % 200 = 0"
    fill(
        RunItem,
        '"invoices_bill" b JOIN "invoices_billingrun" r ON r.month = b.month',
        run="r.id",
        account="b.account_id",
        coverage="b.coverage",
        state=f"CASE WHEN {parked} THEN 'parked' ELSE 'closed' END",
        due_at=instant(NOW),
    )


def _traces() -> None:
    when: dict[str, Any] = {"created_at": instant(NOW), "due_at": instant(NOW)}
    account = f"n.i % {CUSTOMERS} + 1"
    fill(
        AuditEntry,
        "n",
        count=200_000,
        at=instant(NOW),
        actor=text("'person'", "n.i % 1000", "'@customer.example'"),
        account_key=text("'AC'", pad(account, 5)),
        action=pick("n.i", "sign-in", "bill.download", "device.tags"),
    )
    job: dict[str, Any] = {"kind": "'detail-csv'", "state": "'done'", "percent": "100"}
    job |= {"file_name": "'detail.csv'", "expires_at": instant(NOW + timedelta(days=7))}
    subject = json('\'{"coverage": "japan", "month": "2026-10"}\'')
    fill(Job, "n", count=20_000, account=account, person=account, subject=subject, **job, **when)
    mail: dict[str, Any] = {
        "to": text("'person'", "n.i", "'@customer.example'"),
        "kind": "'invoice'",
    }
    fill(
        Mail,
        "n",
        count=20_000,
        subject="'Invoice'",
        text="'…'",
        sent_at=instant(NOW),
        **mail,
        **when,
    )


def _owner(device: str) -> str:
    return f"CASE WHEN {device} <= {BIG} THEN 1 ELSE 2 + ({device} * 31) % {CUSTOMERS - 1} END"
