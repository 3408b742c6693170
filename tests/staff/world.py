"""A small world with at least one row on every staff page."""

from datetime import timedelta
from decimal import Decimal

from accounts.choices import Role
from accounts.models import Account, Invitation, Job, Mail
from accounts.services import audit
from invoices.gateways import Charged
from invoices.models import (
    Charge,
    ExchangeRate,
    Fee,
    Invoice,
    InvoiceApplication,
    MergePoint,
    MethodPoint,
    MinimumCharge,
    PlanPurchase,
    Receivable,
    TimeBand,
)
from invoices.services.credits import PointWish, points
from invoices.services.payments import charging, receivables, refunds, transfers
from tests import credit_factories, factories, payment_factories
from tests.invoices.payments import till
from tests.usage.packages import shelf
from usage.choices import Coverage
from usage.models import FeedProfile, Plan


def plan_purchase(account: Account, plan: Plan) -> None:
    """A plan that somebody of the account took."""
    PlanPurchase.objects.create(
        account=account,
        plan=plan,
        since=factories.NOW,
        prices=[{"net": "100", "gross": "110"}],
        tax_rate=Decimal("0.1"),
        purchased_at=factories.NOW,
        purchased_by="clerk@example.com",
    )


def world(key: str = "W1") -> Account:
    """One billing account with everything; call it again with another key for one more."""
    account = factories.account(key=key)
    person = factories.person(account, email=f"{key}@example.com")
    plan = factories.plan()
    meter = factories.meter()
    device = factories.device(account=account, plan=plan, options=["custom_dns"], group="g")
    factories.status(device=device, status="inactive", since=factories.NOW)
    factories.record(device=device, account=account, meter=meter)
    factories.file_import(rejected_file="rejected/00/00.csv")
    FeedProfile.objects.create(name=key, text="")
    factories.account_month(account=account, late_facts=1)
    factories.profile(account=account)
    how_it_pays(account)
    plan_purchase(account, plan)
    TimeBand.objects.create(
        meter=meter.code,
        coverage=Coverage.JAPAN,
        name="night",
        otherwise="day",
        zone="Asia/Tokyo",
        starts="02:00",
        ends="06:00",
    )
    item = factories.bill_item()
    factories.price(item=item, plan=plan)
    factories.tax_rate(since=factories.FIRST_DAY + timedelta(days=plan.pk))
    factories.api_key(account=account)
    audit.record(actor=person.email, action="sign-in", now=factories.NOW)
    Job.objects.create(
        account=account,
        person=person,
        kind="detail-csv",
        subject={"coverage": "japan", "month": "2026-10"},
        created_at=factories.NOW,
        due_at=factories.NOW,
    )
    Mail.objects.create(
        to=person.email,
        kind="invitation",
        language="en",
        subject="Come in",
        text="Here.",
        created_at=factories.NOW,
        due_at=factories.NOW,
    )
    Invitation.objects.create(
        account=account,
        email=f"new.{key}@example.com",
        role=Role.VIEWER,
        language="en",
        invited_by=person.email,
        created_at=factories.NOW,
        expires_at=factories.NOW + timedelta(days=7),
    )
    credit_factories.coupon(account=account)
    credit_factories.contract(account=account)
    credit_factories.order(account=account)
    credit_factories.voucher()
    shelf.create(account)
    shelf.start(account)
    _paid(_month_end(account))
    return account


def _paid(invoice: Invoice) -> None:
    """Points, a document paid by card, too much of it, and a refund."""
    account = invoice.account
    wish = PointWish(account=account, points=5, expires_on=None, reason="welcome")
    points.grant(wish=wish, today=factories.FIRST_DAY, actor="a@example.com", now=factories.NOW)
    card = payment_factories.card(account=account)
    receivables.open_for(invoices=[invoice], now=factories.NOW)
    row = Receivable.objects.get(invoice=invoice)
    paid = Charge.objects.create(
        receivable=row, number=1, key=f"key-{row.pk}", card=card, amount_minor=1500,
        started_at=factories.NOW,
    )  # fmt: skip
    row.state = "charging"
    row.save()
    charging.settle(key=paid.key, result=Charged("c-1"), now=factories.NOW)
    refunds.of_document(receivable=row, amount_minor=100, reason="so", **till.WHO)
    transfers.record(
        day=factories.FIRST_DAY, amount_minor=77, payer=account.key, text="", **till.WHO
    )


def how_it_pays(account: Account) -> None:
    """A request, and points of the method and of a merge."""
    coverage = {"account": account, "coverage": Coverage.JAPAN}
    InvoiceApplication.objects.create(
        **coverage, company=account.key, requested_by="a@example.com", requested_at=factories.NOW
    )
    MethodPoint.objects.create(**coverage, since=factories.MONTH, method="invoice")
    MergePoint.objects.create(account=account, since=factories.MONTH, merged=True)
    month = factories.MONTH.plus(account.pk)
    Fee.objects.create(kind="issue", since=month, amount=0)
    MinimumCharge.objects.create(coverage="japan", since=month, amount=0)
    ExchangeRate.objects.create(day=month.first_day, rate=150, source="Made up")


def _month_end(account: Account) -> Invoice:
    bill = factories.bill(account=account, state="closed", days={"20261001": "10"})
    series = factories.series(issuer=factories.issuer())
    run = factories.billing_run(month=factories.MONTH.plus(account.pk))
    problems = [{"what": "No price.", "remedy": "Add one."}]
    factories.run_item(run=run, account=account, state="parked", problems=problems)
    return factories.invoice(bills=[bill], series=series, kind="statement", due_minor=1000)
