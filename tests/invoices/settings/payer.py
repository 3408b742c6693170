"""An account with both coverages in use, and how its payment stands."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from accounts.models import Account, AuditEntry, Mail
from billing_portal.common.periods import Month
from invoices.choices import PaymentMethod
from invoices.models import BillingProfile
from invoices.selectors.paying import Details, Paying, paying
from invoices.services.settings import Who, details, methods
from tests import factories
from usage.choices import Coverage

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MONTH = Month(2026, 11)
CUSTOMER = Who("clerk@example.com", NOW)
STAFF = Who("operator@example.com", NOW, is_staff=True)
JAPAN, GLOBAL = Coverage.JAPAN, Coverage.GLOBAL
DETAILS = Details(
    company="Specimen Inc.",
    department="Accounting",
    contact="Sample Person",
    address="1 Example Street",
    phone="000-0000-0000",
    email="billing@example.com",
    language="en",
)


def use(account: Account, *coverages: str, month: Month = MONTH) -> Account:
    """Let coverages be in use, both unless told."""
    for coverage in coverages or Coverage.values:
        factories.account_month(account=account, coverage=coverage, month=month)
    return account


def by_invoice(
    account: Account, coverage: str = JAPAN, *, who: Who = STAFF, **fields: str
) -> BillingProfile:
    """Let a coverage be paid by invoice, as staff do it."""
    wanted = Details(**{**_values(DETAILS), **fields})
    profile = details.register(account=account, coverage=coverage, details=wanted, who=who)
    methods.switch(account=account, coverage=coverage, method=PaymentMethod.INVOICE, who=who)
    return profile


def _values(row: Details) -> dict[str, str]:
    return {name: getattr(row, name) for name in Details.__slots__}


def state(account: Account) -> Paying:
    return paying(account=account, month=MONTH)


def methods_of(account: Account) -> Mapping[str, str]:
    return {coverage: str(way.method) for coverage, way in state(account).ways.items()}


def deeds(account: Account) -> list[str]:
    """What the trail says of the account, the oldest first."""
    rows = AuditEntry.objects.filter(account_key=account.key).order_by("pk")
    return list(rows.values_list("action", flat=True))


def mails(kind: str) -> list[Any]:
    return list(Mail.objects.filter(kind=kind).order_by("pk"))
