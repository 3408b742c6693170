"""The seller, its catalogue, its customers and everybody's logins."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from accounts.choices import Role
from accounts.models import Account, User
from accounts.services import people
from billing_portal.common.periods import Month
from billing_portal.management.demo.cast import CUSTOMERS, ISSUER, Customer
from billing_portal.management.demo.logins import DemoLogin, demo_logins
from invoices.choices import Currency, PaymentMethod
from invoices.models import (
    BillingProfile,
    Card,
    ExchangeRate,
    Issuer,
    MethodPoint,
    PaymentSetting,
)
from invoices.services.catalog import load_catalog
from invoices.services.payments import cards, gateway
from usage.choices import Coverage
from usage.services import placements

ACTOR = "manage.py demo"


def set_up(*, first: Month, now: datetime) -> None:
    """Make what is not there yet; the tree stands from the first month on."""
    load_catalog(path=settings.BASE_DIR / "catalog", actor=ACTOR, now=now)
    if not Issuer.objects.exists():
        Issuer.objects.create(**ISSUER)
    _exchange_rates(first, now)
    for customer in CUSTOMERS:
        _customer(customer, first, now)
    for login in demo_logins():
        _person(login, now)


def _exchange_rates(first: Month, now: datetime) -> None:
    """A made-up rate for the last day of each month that may be billed."""
    month = first
    while month.end <= now:
        made_up = Decimal(148) + Decimal(month.last_day.toordinal() % 7) / 4
        ExchangeRate.objects.get_or_create(
            currency=Currency.USD,
            day=month.last_day,
            defaults={"rate": made_up, "source": "見本銀行 TTM (made up)"},
        )
        month = month.next


def _customer(customer: Customer, first: Month, now: datetime) -> None:
    account, _is_new = Account.objects.get_or_create(
        key=customer.key,
        defaults={
            "team_name": customer.team_name,
            "organization": customer.organization,
            "business_model": customer.business_model,
        },
    )
    if not account.placements.exists():
        parent = Account.objects.get(key=customer.parent) if customer.parent else None
        placements.move(
            account=account,
            since=first.first_day,
            parent=parent,
            is_billing=parent is None,
            actor=ACTOR,
            now=now,
        )
    _payment(account, customer, first)
    for coverage, behaviours in customer.cards.items():
        _cards(account, coverage, behaviours, now)


def _payment(account: Account, customer: Customer, first: Month) -> None:
    profile = customer.profile
    if profile is None:
        return
    values = {name: getattr(profile, name) for name in profile.__slots__}
    details, _ = BillingProfile.objects.get_or_create(account=account, defaults=values)
    for coverage in Coverage.values:
        PaymentSetting.objects.get_or_create(
            account=account, coverage=coverage, defaults={"profile": details}
        )
        if coverage not in customer.cards:
            MethodPoint.objects.get_or_create(
                account=account,
                coverage=coverage,
                since=first,
                defaults={"method": PaymentMethod.INVOICE},
            )


def _cards(account: Account, coverage: str, behaviours: Sequence[str], now: datetime) -> None:
    """Add the cards as the customer would, on the page of the sandbox; where it charges, only."""
    is_new = not Card.objects.filter(account=account, coverage=coverage).exists()
    if not is_new or settings.GATEWAY != "sandbox":
        return
    for behaviour in behaviours:
        setup = cards.begin(account=account, coverage=coverage, actor=ACTOR, now=now)
        gateway.sandbox().choose(reference=setup.reference, behaviour=behaviour)
        cards.finish(setup=setup, now=now)


def _person(login: DemoLogin, now: datetime) -> None:
    person = User.objects.filter(email__iexact=login.email).first()
    if person is None:
        make = User.objects.create_superuser if login.is_staff else User.objects.create_user
        person = make(login.email, login.password, name=login.name, language=login.language)
    if not login.is_staff:
        account = Account.objects.get(key=login.account)
        people.grant(person=person, account=account, role=Role.ADMIN, actor=ACTOR, now=now)
