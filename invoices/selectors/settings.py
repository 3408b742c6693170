"""What a document needs to know besides its bills: seller, recipient and tax rates."""

from collections.abc import Collection
from dataclasses import dataclass

from accounts.models import Account
from invoices.models import BillingProfile, Issuer, TaxRate
from invoices.rating.taxes import HOME, TaxRow, TaxTable

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


def profiles(*, account_ids: Collection[int]) -> dict[int, Recipient]:
    """Return the recipient of each account: its invoice details, else its own names."""
    accounts = Account.objects.filter(pk__in=account_ids)
    details = BillingProfile.objects.filter(account__in=account_ids)
    by_account = {profile.account_id: profile for profile in details}
    return {account.pk: _recipient(account, by_account.get(account.pk)) for account in accounts}


def _recipient(account: Account, profile: BillingProfile | None) -> Recipient:
    if profile is None:
        return Recipient(account.key, account.organization or account.team_name)
    return Recipient(
        account_key=account.key,
        company=profile.company,
        department=profile.department,
        contact=profile.contact,
        address=profile.address,
        email=profile.email,
        country=profile.country,
        language=profile.language,
    )
