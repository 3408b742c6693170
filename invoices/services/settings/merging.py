"""Merge invoice: both coverages on one document, from the running month on (rules.md Q42)."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from invoices.choices import ApplicationState
from invoices.models import MergePoint
from invoices.selectors.paying import Paying
from invoices.selectors.paying_history import Deed
from invoices.services.settings import applications, details, news
from invoices.services.settings.ground import Who, check_payer, hold, record
from invoices.services.settings.refusals import CannotMerge, SettingsRefused


def merge(*, account: Account, coverage: str, who: Who) -> bool:
    """Let this coverage adopt the other one's invoice; False if they are merged already.

    Merging is not switching: no method changes by itself, and what was agreed for this coverage
    holds again when the merge ends. Raises CannotMerge or NotBilled.
    """
    with transaction.atomic():
        held = hold(account=account, who=who)
        if held.merged:
            return False
        refuse_merge(held, coverage)
        profile = held.other(coverage).profile
        if profile is None:
            raise CannotMerge(_("Enter the invoice details of the other coverage first."))
        details.point(held, coverage, profile)
        _enter(held, merged=True)
        asked = held.ways[coverage].open_application
        if asked is not None:
            reason = _("The invoices were merged.")
            applications.close(asked, ApplicationState.WITHDRAWN, who, reason=reason)
        month, email = held.month.iso, profile.email
        record(Deed.MERGE, held, who, adopted_by=coverage, month=month, email=email)
        news.merged(held, profile, who=who)
    return True


def part(*, account: Account, who: Who) -> bool:
    """Let each coverage have an invoice of its own again; False if they have already.

    Both keep the details that they shared, until one of them is edited. A coverage for which no
    invoice payment was agreed is paid by card again.
    """
    with transaction.atomic():
        held = hold(account=account, who=who)
        if not held.merged:
            return False
        check_payer(held)
        _enter(held, merged=False)
        record(Deed.PART, held, who, month=held.month.iso)
        news.parted(held, who=who)
    return True


def refuse_merge(held: Paying, coverage: str) -> None:
    """Raise why this coverage cannot adopt the other one's invoice."""
    check_payer(held)
    own, other = held.ways[coverage], held.other(coverage)
    said = {"one": str(own.coverage.label), "other": str(other.coverage.label)}
    if not (own.in_use and other.in_use):
        raise CannotMerge(_("Only one coverage is in use, so there is nothing to merge yet."))
    if not other.by_invoice:
        if not own.by_invoice:
            text = _("Neither coverage is paid by invoice. Request invoice payment first.")
            raise CannotMerge(text)
        text = _("%(other)s is not paid by invoice, so %(one)s cannot adopt its invoice.")
        raise CannotMerge(text % said)
    if own.country != other.country:
        said |= {"here": own.country, "there": other.country}
        text = _(
            "The countries that decide the tax differ: %(here)s for %(one)s, %(there)s for"
            " %(other)s. Ask our staff if that is wrong."
        )
        raise CannotMerge(text % said)


def why_not(held: Paying, coverage: str) -> str:
    """Why this coverage cannot adopt the other one's invoice; empty if it can."""
    try:
        refuse_merge(held, coverage)
    except SettingsRefused as refusal:
        return str(refusal)
    return ""


def _enter(held: Paying, *, merged: bool) -> None:
    subject = {"account": held.account, "since": held.month}
    point = MergePoint.objects.filter(**subject).first() or MergePoint(**subject)
    point.merged = merged
    point.save()
