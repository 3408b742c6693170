"""A customer's months as the real services make them: October 2026 closed, November running."""

from datetime import UTC, datetime

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.exports import annexes
from invoices.models import Invoice
from invoices.services import bills, documents, runs
from tests import document_factories, factories
from usage.choices import Coverage
from usage.models import Device, Meter
from usage.services import calendar

LAST = Month(2026, 10)
RUNNING = Month(2026, 11)
CLOSING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CURRENCIES = {Coverage.JAPAN: "60", Coverage.GLOBAL: "0.06"}


def sell() -> Meter:
    """A seller with two items: a basic charge by day, and data by byte."""
    document_factories.exchange_rate()
    factories.series(issuer=factories.issuer(), prefix="S")
    factories.tax_rate()
    meter = factories.meter(code="data")
    basic = factories.bill_item(code="basicCharge-active", title_en="Basic charge, active")
    data = factories.bill_item(
        code="dataTrafficCharge",
        category="data",
        unit="byte",
        rule="sum",
        inputs={"meters": ["data"]},
    )
    for coverage, price in CURRENCIES.items():
        factories.price(item=basic, coverage=coverage, unit_price=price)
        factories.price(item=data, coverage=coverage, unit_price="0.000000123")
    return meter


def use(account: Account, meter: Meter) -> list[Device]:
    """One SIM per coverage from October on, with some data on the 10th of both months."""
    devices = []
    for coverage in CURRENCIES:
        plan = factories.plan(coverage=coverage)
        device = factories.device(
            account=account, coverage=coverage, plan=plan, since=LAST.start, key=f"99900{coverage}"
        )
        for month in (LAST, RUNNING):
            at = month.start.replace(day=10)
            factories.record(device=device, account=account, meter=meter, at=at, quantity=1234567)
        devices.append(device)
    return devices


def close_last() -> None:
    """Close October for everybody."""
    calendar.extend(through=LAST)
    runs.open_run(month=LAST, now=CLOSING, actor="test")
    while runs.work_next(now=CLOSING):
        pass


def print_invoices() -> None:
    """Make the PDFs of what is issued: most of the time that closing takes here."""
    for invoice in Invoice.objects.all():
        annexes.make(invoice_id=invoice.pk, now=CLOSING)
        documents.render(invoice_id=invoice.pk, now=CLOSING)


def count_running(account: Account) -> None:
    """Evaluate November up to the day before `NOW`."""
    calendar.extend(through=RUNNING)
    for coverage in CURRENCIES:
        bills.evaluate(month=RUNNING, coverage=coverage, account_ids=[account.pk], now=NOW)


def two_months(account: Account) -> None:
    use(account, sell())
    close_last()
    count_running(account)
