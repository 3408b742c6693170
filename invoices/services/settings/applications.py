"""Applications for invoice payment: made by customers, decided by staff."""

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from invoices.choices import ApplicationState, PaymentMethod
from invoices.models import InvoiceApplication
from invoices.selectors.paying import Details, Paying
from invoices.selectors.paying_history import Deed
from invoices.services.settings import details as invoice_details
from invoices.services.settings import methods, news
from invoices.services.settings.ground import Who, check_payer, hold, record, words
from invoices.services.settings.refusals import AlreadyAsked, AlreadyDecided, SettingsRefused


def request(
    *, account: Account, coverage: str, details: Details, note: str = "", who: Who
) -> InvoiceApplication:
    """Ask that a coverage be paid by invoice. The same request again is the one that is open.

    Raises AlreadyAsked, NotBilled or BadDetails.
    """
    with transaction.atomic():
        held = hold(account=account, who=who)
        wanted = invoice_details.cleaned(details)
        way = held.ways[coverage]
        if way.by_invoice:
            raise AlreadyAsked(_("This coverage is paid by invoice already."))
        if way.open_application is not None:
            return _same(way.open_application, wanted)
        check_payer(held)
        application = InvoiceApplication.objects.create(
            account=held.account,
            coverage=coverage,
            note=note.replace("\0", "").strip()[:2000],
            requested_by=who.actor,
            requested_at=who.now,
            **asdict(wanted),
        )
        record(Deed.REQUEST, held, who, coverage=coverage, company=wanted.company)
        news.requested(application, held, who=who)
    return application


def _same(there: InvoiceApplication, wanted: Details) -> InvoiceApplication:
    if Details.of(there) == wanted:
        return there
    raise AlreadyAsked(
        _("There is an open request of this coverage. Withdraw it to make another one.")
    )


def withdraw(*, application: InvoiceApplication, who: Who) -> InvoiceApplication:
    """Take an application back; once more changes nothing. Raises AlreadyDecided."""
    with transaction.atomic():
        held, found = _open(application, who, done=ApplicationState.WITHDRAWN)
        if found.state == ApplicationState.REQUESTED:
            close(found, ApplicationState.WITHDRAWN, who)
            record(Deed.WITHDRAW, held, who, coverage=found.coverage)
    return found


def refuse(*, application: InvoiceApplication, reason: str, who: Who) -> InvoiceApplication:
    """Say no, and why: the applicant is told. Raises AlreadyDecided."""
    if not words(reason):
        raise SettingsRefused(_("Say why: the applicant is told the reason."), "reason")
    with transaction.atomic():
        held, found = _open(application, who, done=ApplicationState.REFUSED)
        if found.state == ApplicationState.REQUESTED:
            close(found, ApplicationState.REFUSED, who, reason=words(reason))
            record(Deed.REFUSE, held, who, coverage=found.coverage, reason=found.reason)
            news.decided(found, held, who=who)
    return found


def accept(*, application: InvoiceApplication, who: Who) -> InvoiceApplication:
    """Register the details and let invoice payment take effect in the running month (Q44).

    Raises AlreadyDecided, NotBilled, or AlreadyAsked if the coverage came to an invoice otherwise.
    """
    with transaction.atomic():
        held, found = _open(application, who, done=ApplicationState.ACCEPTED)
        if found.state == ApplicationState.REQUESTED:
            check_payer(held)
            if held.ways[found.coverage].by_invoice:
                raise AlreadyAsked(_("This coverage is paid by invoice already."))
            invoice_details.keep(held, found.coverage, Details.of(found))
            methods.enter(held, found.coverage, PaymentMethod.INVOICE)
            close(found, ApplicationState.ACCEPTED, who)
            month = held.month.iso
            record(Deed.ACCEPT, held, who, coverage=found.coverage, month=month)
            news.decided(found, held, who=who)
    return found


def close(found: InvoiceApplication, state: ApplicationState, who: Who, reason: str = "") -> None:
    """End an application, under the lock of its account."""
    found.state, found.reason = state, reason
    found.decided_by, found.decided_at = who.actor, who.now
    found.save()


def _open(
    application: InvoiceApplication, who: Who, *, done: ApplicationState
) -> tuple[Paying, InvoiceApplication]:
    """The application under lock: open, or ended in just this way already."""
    held = hold(account=application.account, who=who)
    found = InvoiceApplication.objects.get(pk=application.pk)
    if found.state not in {ApplicationState.REQUESTED, done}:
        said = {"state": found.get_state_display()}
        raise AlreadyDecided(_("This request is no longer open: %(state)s.") % said)
    return held, found
