"""What a document needs to know besides its bills: seller, recipient, tax rates."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.models import Account
from invoices.models import (
    BillingProfile,
    Issuer,
    PaymentSetting,
    TaxRate,
)
from invoices.rating.taxes import HOME, TaxRow, TaxTable

Pair = tuple[int, str]
"""A billing account and a coverage: what has a payment method of its own."""

LANGUAGE = "ja"
"""The language of documents for accounts without invoice details."""


class NoIssuer(LookupError):
    """Documents need exactly one issuer."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom a document is addressed. `country` decides its tax, `language` its words."""

    account_key: str
    company: str
    department: str = ""
    contact: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    country: str = HOME
    language: str = LANGUAGE


def tax_table() -> TaxTable:
    """Return all dated tax rates."""
    rows = TaxRate.objects.values_list("country", "category", "since", "rate")
    return TaxTable(TaxRow(*row) for row in rows)


def issuer() -> Issuer:
    """Return the one seller, or raise NoIssuer."""
    found = list(Issuer.objects.all()[:2])
    if len(found) != 1:
        raise NoIssuer(
            "There are several issuers, so documents cannot tell whose they are: keep one."
            if found
            else "There is no issuer yet: enter the seller's name and address first."
        )
    return found[0]


def issue_day(*, now: datetime) -> date:
    """The day where the seller is. Raises NoIssuer."""
    return now.astimezone(ZoneInfo(issuer().time_zone)).date()


def today(*, now: datetime) -> date:
    """The day where the seller is; in UTC while there is none."""
    try:
        return issue_day(now=now)
    except NoIssuer:
        return now.date()


def recipients(*, pairs: Collection[Pair]) -> dict[Pair, Recipient]:
    """Return the recipient of each coverage: its invoice details, else the account's own names."""
    ids = {account_id for account_id, _coverage in pairs}
    accounts = {account.pk: account for account in Account.objects.filter(pk__in=ids)}
    settings = PaymentSetting.objects.filter(account__in=ids).select_related("profile")
    profiles = {(setting.account_id, setting.coverage): setting.profile for setting in settings}
    return {pair: _recipient(accounts[pair[0]], profiles.get(pair)) for pair in pairs}


def profile_of(*, account_id: int, coverage: str) -> BillingProfile | None:
    """The invoice details of one coverage; None where there are none."""
    rows = PaymentSetting.objects.filter(account=account_id, coverage=coverage)
    setting = rows.select_related("profile").first()
    return setting.profile if setting else None


def _recipient(account: Account, profile: BillingProfile | None) -> Recipient:
    if profile is None:
        return Recipient(account.key, account.organization or account.team_name)
    return Recipient(
        account_key=account.key,
        company=profile.company,
        department=profile.department,
        contact=profile.contact,
        address=profile.address,
        phone=profile.phone,
        email=profile.email,
        country=profile.country,
        language=profile.language,
    )
