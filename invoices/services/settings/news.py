"""Mails about how an account pays: to its people who may change it, to its billing address, and to
the staff who decide.
"""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

from django.utils import translation

from accounts.access import PAYING
from accounts.models import Account, User
from accounts.services import mail
from billing_portal.common.parts.figures import month_name
from invoices.choices import ApplicationState, PaymentMethod
from invoices.models import BillingProfile, InvoiceApplication
from invoices.selectors.paying import Details, Paying
from invoices.services.settings.ground import Who

MAY_DECIDE = "invoices.change_invoiceapplication"
Reader = tuple[str, str]
"""An address and a language."""


def requested(application: InvoiceApplication, held: Paying, *, who: Who) -> None:
    """Tell the staff who may decide that there is something to decide."""
    staff = User.objects.filter(is_staff=True, is_active=True).order_by("pk")
    readers = _readers(person for person in staff if person.has_perm(MAY_DECIDE))
    page = mail.link("admin:invoices_invoiceapplication_change", application.pk)
    values = {"coverage": application.coverage, "company": application.company, "link": page}
    _send("payment-requested", held, readers, values, who.now)


def decided(application: InvoiceApplication, held: Paying, *, who: Who) -> None:
    """Tell the applicant, and everybody else who may change how the account pays."""
    accepted = application.state == ApplicationState.ACCEPTED
    values = {"coverage": application.coverage, "email": application.email, **_page(held.account)}
    if not accepted:
        values["reason"] = application.reason
    applicant = User.objects.filter(email=application.requested_by, is_active=True)
    readers = _readers([*people(held.account), *applicant])
    kind = "payment-accepted" if accepted else "payment-refused"
    _send(kind, held, readers, values, who.now)


def details_changed(
    held: Paying, coverage: str, *, before: Details, after: Details, who: Who
) -> None:
    """Tell who may change them, and the old and the new billing address: neither is silent."""
    billing = [(details.email, details.language) for details in (before, after) if details.email]
    values = {
        "coverage": coverage,
        "actor": who.said,
        "old": before.email or "-",
        "email": after.email,
        **_page(held.account),
    }
    _send("payment-details", held, [*_readers(people(held.account)), *billing], values, who.now)


def method_changed(held: Paying, coverage: str, *, method: PaymentMethod, who: Who) -> None:
    values = {"coverage": coverage, "method": str(method), "actor": who.said}
    readers = _readers(people(held.account))
    _send("payment-method", held, readers, values | _page(held.account), who.now)


def merged(held: Paying, profile: BillingProfile, *, who: Who) -> None:
    values = {"actor": who.said, "email": profile.email, **_page(held.account)}
    billing = [(profile.email, profile.language)] if profile.email else []
    _send("payment-merged", held, [*_readers(people(held.account)), *billing], values, who.now)


def parted(held: Paying, *, who: Who) -> None:
    values = {"actor": who.said, **_page(held.account)}
    _send("payment-parted", held, _readers(people(held.account)), values, who.now)


def people(account: Account) -> list[User]:
    """Who may change how the account pays."""
    found = User.objects.filter(
        memberships__account=account, memberships__role__in=PAYING, is_active=True
    )
    return list(found.order_by("pk"))


def _readers(users: Iterable[User]) -> list[Reader]:
    return [(user.email, user.language) for user in users]


def _page(account: Account) -> dict[str, str]:
    query = urlencode({"account": account.key})
    return {"link": f"{mail.link('payment-settings')}?{query}"}


def _send(
    kind: str, held: Paying, readers: Iterable[Reader], values: dict[str, str], now: datetime
) -> None:
    """One mail to each address, in the language in which it was named first."""
    languages: dict[str, Reader] = {}
    for address, language in readers:
        languages.setdefault(address.lower(), (address, language))
    for address, language in languages.values():
        with translation.override(language):
            month = month_name(held.month)
        mail.queue(
            to=address,
            kind=kind,
            language=language,
            context={"team": held.account.team_name, "month": month, **values},
            account_key=held.account.key,
            now=now,
        )
