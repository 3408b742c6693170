"""A shop with two prices, so that every figure can be told in one's head.

A SIM costs 10 JPY for each day in status `active`, a unit of `data` 1 JPY; tax is a tenth.
"""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import Category, QuantityRule
from invoices.models import Bill, BillingRun, Issuer
from invoices.services import bills, runs
from invoices.services.bills.closing import Closing
from invoices.services.bills.proposals import Proposal
from tests import factories
from tests.factories import MONTH, NOW
from usage.choices import Coverage
from usage.models import Device, Meter
from usage.services.devices import NewDevice, register_devices

JAPAN = Coverage.JAPAN


def open_shop() -> Issuer:
    """The seller, the rates of tax and the two items with their prices."""
    factories.tax_rate()
    data = factories.bill_item(
        code="data",
        category=Category.DATA,
        unit="unit",
        rule=QuantityRule.SUM,
        inputs={"meters": [factories.meter(code="data", unit="unit").code]},
    )
    factories.price(item=factories.bill_item(code="basic"), unit_price="10")
    factories.price(item=data, unit_price="1")
    return factories.issuer()


def sim(account: Account, *, since: datetime = MONTH.start, status: str = "active") -> Device:
    """A SIM as staff register it: its months are opened."""
    new = NewDevice(
        key=f"{account.key}-{Device.objects.count()}",
        kind="subscriber",
        coverage=JAPAN,
        account_id=account.pk,
        plan_id=None,
        status=status,
        since=since,
    )
    return register_devices(devices=[new], now=since)[0]


def customer(key: str, *, sims: int = 1, used: int = 0, since: datetime = MONTH.start) -> Account:
    """A billing account with active SIMs, of which the first has used so much on the 10th."""
    account = factories.account(key=key)
    devices = [sim(account, since=since) for _number in range(sims)]
    if used:
        use(devices[0], account, used)
    return account


def use(device: Device, account: Account, quantity: int, **fields: object) -> None:
    meter = Meter.objects.get(code="data")
    factories.record(device=device, account=account, meter=meter, quantity=quantity, **fields)


def propose(*accounts: Account, month: Month = MONTH) -> Proposal:
    return bills.propose(month=month, coverage=JAPAN, account_ids=_ids(accounts), now=NOW)


def close(*accounts: Account, month: Month = MONTH) -> Closing:
    """Close what was proposed."""
    return bills.close(
        month=month,
        coverage=JAPAN,
        account_ids=_ids(accounts),
        issue_date=NOW.date(),
        now=NOW,
    )


def end_month(
    month: Month = MONTH, *, now: datetime = NOW, account_keys: Iterable[str] = ()
) -> BillingRun:
    """Close a month as command and worker do it, but in this process."""
    run = runs.open_run(month=month, now=now, actor="test", account_keys=list(account_keys))
    work_off(now)
    return run


def work_off(now: datetime = NOW) -> int:
    """Work until nothing is due; return the number of shards."""
    shards = 0
    while runs.work_next(now=now):
        shards += 1
        assert shards < 100, "the run goes round in circles"
    return shards


def bill_of(account: Account, month: Month = MONTH) -> Bill:
    return Bill.objects.get(account=account, coverage=JAPAN, month=month)


def _ids(accounts: Iterable[Account]) -> list[int]:
    return [account.pk for account in accounts]
