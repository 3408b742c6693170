"""Rows for tests: plain functions that make one valid thing each, with every field open to change.

Use them as `from tests import factories` and `factories.device(account=…)`. Keys count upwards, so
that two rows never collide; a test that shows a key gives its own.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from accounts.choices import Role, Scope
from accounts.models import Account, ApiKey, Membership, Placement, User
from accounts.services import keys
from billing_portal.common.periods import Month
from invoices.choices import (
    BillState,
    Category,
    Currency,
    ItemState,
    QuantityRule,
    Region,
    RenderState,
    TaxCategory,
)
from invoices.models import (
    Bill,
    BillDayTotal,
    BillingProfile,
    BillingRun,
    BillItem,
    BillItemTotal,
    Invoice,
    InvoiceBill,
    Issuer,
    PaymentSetting,
    Price,
    Rendering,
    RunItem,
    Series,
    TaxRate,
)
from usage.choices import Coverage, DeviceKind, FileFormat, ImportState, MonthState, Status
from usage.models import (
    AccountMonth,
    Device,
    DeviceLabel,
    DeviceOption,
    DeviceOwner,
    DevicePlan,
    DeviceStatus,
    Import,
    Meter,
    Plan,
    Source,
    UsageRecord,
)
from usage.services.devices import present

MONTH = Month(2026, 10)
"""The month that tests bill, unless they say otherwise."""
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""An instant after it: a working day in November."""
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
"""Since when placements, devices and prices hold."""
FIRST_DAY = LONG_AGO.date()

_numbers = count(1)


def _next(prefix: str) -> str:
    return f"{prefix}{next(_numbers):06}"


# --- who ------------------------------------------------------------------------------------------


def account(
    *,
    key: str = "",
    parent: Account | None = None,
    is_billing: bool | None = None,
    since: date = FIRST_DAY,
    **fields: Any,
) -> Account:
    """An account and its first placement. Below a parent it is not billed itself, unless told."""
    key = key or _next("AC")
    row = Account.objects.create(key=key, **{"team_name": f"Team {key}", **fields})
    placement(account=row, since=since, parent=parent, is_billing=is_billing)
    return row


def placement(
    *,
    account: Account,
    since: date,
    parent: Account | None = None,
    is_billing: bool | None = None,
) -> Placement:
    billed = parent is None if is_billing is None else is_billing
    return Placement.objects.create(account=account, since=since, parent=parent, is_billing=billed)


def api_key(
    *,
    account: Account,
    scopes: Collection[Scope] = tuple(Scope),
    name: str = "Script",
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A key of an account and its secret; by default it may do everything, for ever."""
    return keys.make(
        account=account, name=name, scopes=scopes, expires_at=expires_at, actor="x", now=LONG_AGO
    )


def user(*, email: str = "", password: str | None = None, **fields: Any) -> User:
    """A person. Without a password nobody can sign in as them but `client.force_login`."""
    row = User(email=email or f"{_next('person')}@example.com", **{"language": "en", **fields})
    row.set_password(password)
    row.save()
    return row


def membership(*, user: User, account: Account, role: str = Role.ADMIN) -> Membership:
    return Membership.objects.create(user=user, account=account, role=role)


def person(account: Account, *, role: str = Role.ADMIN, **fields: Any) -> User:
    """A person with a role in one account."""
    row = user(**fields)
    membership(user=row, account=account, role=role)
    return row


# --- what happened --------------------------------------------------------------------------------


def plan(*, code: str = "", **fields: Any) -> Plan:
    return Plan.objects.create(
        code=code or _next("plan-"),
        **{"coverage": Coverage.JAPAN, "kind": DeviceKind.SUBSCRIBER, **fields},
    )


def meter(*, code: str = "", unit: str = "byte", **fields: Any) -> Meter:
    return Meter.objects.create(code=code or _next("meter-"), unit=unit, **fields)


def device(
    *,
    account: Account,
    plan: Plan | None = None,
    key: str = "",
    status: str | None = Status.ACTIVE,
    since: datetime = LONG_AGO,
    options: Iterable[str] = (),
    tags: Mapping[str, str] | None = None,
    group: str = "",
    **fields: Any,
) -> Device:
    """A device with its first points. `status=None` leaves it without any status."""
    row = Device.objects.create(
        key=key or _next("44010"),
        **{"kind": DeviceKind.SUBSCRIBER, "coverage": Coverage.JAPAN, **fields},
    )
    same: dict[str, Any] = {"device": row, "since": since, "recorded_at": since}
    DeviceOwner.objects.create(account=account, **same)
    if plan is not None:
        DevicePlan.objects.create(plan=plan, **same)
    if status is not None:
        DeviceStatus.objects.create(status=status, **same)
    if tags or group:
        DeviceLabel.objects.create(tags=dict(tags or {}), group=group, **same)
    for option in options:
        DeviceOption.objects.create(option=option, enabled=True, **same)
    present.refresh(device_ids=[row.pk], now=NOW)
    return row


def status(*, device: Device, status: str, since: datetime, **fields: Any) -> DeviceStatus:
    return DeviceStatus.objects.create(
        device=device, status=status, since=since, **{"recorded_at": since, **fields}
    )


def source(name: str = "test") -> Source:
    return Source.objects.get_or_create(name=name)[0]


def record(*, device: Device, account: Account, meter: Meter, **fields: Any) -> UsageRecord:
    """One fact of a device, by default one unit at noon on the 10th of `MONTH`."""
    values: dict[str, Any] = {
        "source": fields.pop("source", None) or source(),
        "event_id": _next("event-"),
        "coverage": device.coverage,
        "at": MONTH.start + timedelta(days=9, hours=12),
        "quantity": 1,
        **fields,
    }
    return UsageRecord.objects.create(device=device, account=account, meter=meter, **values)


def file_import(**fields: Any) -> Import:
    values: dict[str, Any] = {
        "source": fields.pop("source", None) or source(),
        "file_name": "records.csv",
        "format": FileFormat.RECORDS_CSV,
        "state": ImportState.DONE,
        "started_at": NOW,
        "finished_at": NOW,
        **fields,
    }
    return Import.objects.create(**values)


def account_month(*, account: Account, month: Month = MONTH, **fields: Any) -> AccountMonth:
    return AccountMonth.objects.create(
        account=account,
        month=month,
        **{"coverage": Coverage.JAPAN, "state": MonthState.OPEN, **fields},
    )


# --- what it costs --------------------------------------------------------------------------------


def bill_item(*, code: str = "", **fields: Any) -> BillItem:
    """An item: by default the basic charge, one for each day in status `active`."""
    code = code or _next("item")
    values: dict[str, Any] = {
        "name": code,
        "category": Category.BASIC,
        "unit": "day",
        "region": Region.ALL,
        "rule": QuantityRule.DAYS_IN_STATUS,
        "inputs": {"statuses": [Status.ACTIVE.value]},
        **fields,
    }
    return BillItem.objects.create(code=code, **values)


def price(*, item: BillItem, unit_price: str = "10", **fields: Any) -> Price:
    """A price of one unit, unless `price` and `per` say how it was quoted."""
    amount = Decimal(unit_price)
    values: dict[str, Any] = {"coverage": Coverage.JAPAN, "since": FIRST_DAY, **fields}
    return Price.objects.create(item=item, unit_price=amount, **{"price": amount, **values})


def tax_rate(**fields: Any) -> TaxRate:
    values: dict[str, Any] = {
        "country": "JP",
        "category": TaxCategory.STANDARD,
        "since": date(2019, 10, 1),
        "rate": Decimal("0.1"),
        **fields,
    }
    return TaxRate.objects.create(**values)


def issuer(**fields: Any) -> Issuer:
    """The seller. Its registration number has the right form; its check digit is nobody's."""
    values: dict[str, Any] = {
        "name": "見本通信株式会社",
        "name_en": "Specimen Telecom (made up)",
        "address": "東京都見本区例示一丁目1番1号",
        "registration_number": "T0000000000000",
        **fields,
    }
    return Issuer.objects.create(**values)


def profile(*, account: Account, **fields: Any) -> BillingProfile:
    """Invoice details that both coverages of the account have."""
    values: dict[str, Any] = {"company": account.team_name, "language": "en", **fields}
    profile = BillingProfile.objects.create(account=account, **values)
    for coverage in Coverage.values:
        PaymentSetting.objects.create(account=account, coverage=coverage, profile=profile)
    return profile


def bill(
    *,
    account: Account,
    month: Month = MONTH,
    state: str = BillState.TEMPORARY,
    items: Mapping[str, str] | None = None,
    days: Mapping[str, str] | None = None,
    **fields: Any,
) -> Bill:
    """A bill with its totals by item name and by date (`yyyyMMdd` or `yyyyMM`).

    The net is the sum of the items, and the tax a tenth of it, unless told. The parts are written
    before the bill is closed: nobody can add to a closed one.
    """
    amounts = {name: Decimal(text) for name, text in (items or {"basicCharge": "310"}).items()}
    net = sum(amounts.values(), Decimal(0))
    row = Bill.objects.create(
        account=account, month=month, **{**_bill_defaults(month, net), **fields}
    )
    for name, amount in amounts.items():
        bill_item_total(bill=row, name=name, amount=amount)
    for day, text in (days or {}).items():
        BillDayTotal.objects.create(bill=row, date=day, amount=Decimal(text))
    if state != BillState.TEMPORARY:
        _promote(row, state)
    return row


def _bill_defaults(month: Month, net: Decimal) -> dict[str, Any]:
    return {
        "coverage": Coverage.JAPAN,
        "currency": Currency.JPY,
        "net": net,
        "tax_minor": int(net / 10),
        "gross_minor": int(net) + int(net / 10),
        "line_count": 31,
        "through": month.last_day,
        "evaluated_at": NOW,
        "version": 1,
        "detail_file": "detail/00/00.parquet",
        "detail_hash": "0" * 64,
        "tariff_hash": "0" * 64,
    }


def _promote(row: Bill, state: str) -> None:
    row.state = state
    if state == BillState.CLOSED:
        row.closed_at = NOW
        row.bundle_file, row.bundle_hash, row.seal = "bundle/00/00.zip", "0" * 64, "1" * 64
    row.save()


def bill_item_total(*, bill: Bill, name: str, amount: Decimal, **fields: Any) -> BillItemTotal:
    values: dict[str, Any] = {
        "code": name,
        "category": Category.BASIC,
        "unit": "day",
        "quantity": Decimal(31),
        "tax_category": TaxCategory.STANDARD,
        "tax_date": bill.month.last_day,
        **fields,
    }
    return BillItemTotal.objects.create(bill=bill, name=name, amount=amount, **values)


# --- documents and month ends ---------------------------------------------------------------------


def series(*, issuer: Issuer, prefix: str = "") -> Series:
    return Series.objects.create(issuer=issuer, prefix=prefix or _next("S"))


def invoice(*, bills: Iterable[Bill], series: Series, **fields: Any) -> Invoice:
    """An invoice over closed bills of one account, with a PDF that is still to be made."""
    covered = list(bills)
    first, number = covered[0], next(_numbers)
    values: dict[str, Any] = {
        "label": f"{series.prefix}-{number:06}",
        "coverage": first.coverage if len(covered) == 1 else "",
        "issue_date": NOW.date(),
        "due_date": NOW.date() + timedelta(days=28),
        "net_minor": sum(row.gross_minor - row.tax_minor for row in covered),
        "tax_minor": sum(row.tax_minor for row in covered),
        "total_minor": sum(row.gross_minor for row in covered),
        "snapshot": "{}",
        "snapshot_hash": "0" * 64,
        "seal": "2" * 64,
        "issued_at": NOW,
        **fields,
    }
    row = Invoice.objects.create(
        series=series,
        number=number,
        account=first.account,
        month=first.month,
        currency=first.currency,
        **values,
    )
    InvoiceBill.objects.bulk_create(InvoiceBill(invoice=row, bill=covers) for covers in covered)
    Rendering.objects.create(invoice=row, due_at=NOW, state=RenderState.WAITING)
    return row


def billing_run(*, month: Month = MONTH, **fields: Any) -> BillingRun:
    values: dict[str, Any] = {"issue_date": NOW.date(), "created_at": NOW, **fields}
    return BillingRun.objects.create(month=month, **values)


def run_item(*, run: BillingRun, account: Account, **fields: Any) -> RunItem:
    values: dict[str, Any] = {
        "coverage": Coverage.JAPAN,
        "state": ItemState.PENDING,
        "due_at": NOW,
        **fields,
    }
    return RunItem.objects.create(run=run, account=account, **values)
