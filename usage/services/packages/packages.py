"""Service packages come into the world, are renewed, and have their tokens edited."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.selectors.tree import payer_of
from accounts.services import audit
from billing_portal.common.periods import BadMonth, Month
from usage.choices import PackageStage
from usage.metering.packages import Movement, QuotaReason, end_of
from usage.models import QuotaLedger, ServicePackage
from usage.models.packages import LONGEST_NOTE, NOT_OVER
from usage.services.packages import ledger as ledgers
from usage.services.packages import settling
from usage.services.packages.refusals import (
    AlreadyRenewed,
    BadTerms,
    NotBilled,
    NothingToRenew,
    Overlap,
    instant_text,
)

MOST_TOKENS = 2**31 - 1
"""As many as the billing API can say."""
FURTHEST = timedelta(days=366)
"""A package that starts later than that is a slip of the keyboard."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageWish:
    """Whose package of how many update tokens."""

    account: Account
    quota: int
    note: str = ""


def create(*, wish: PackageWish, starts_at: datetime, actor: str, now: datetime) -> ServicePackage:
    """Create a package that is valid for 12 months from an instant on (rules.md Q51).

    It may lie in the past as far as nothing else was entered since. Raises a PackageRefused.
    """
    ends_at = _end(starts_at, now)
    with transaction.atomic():
        ledger = _opened(wish.account, now)
        if ledger.last_at is not None and starts_at < ledger.last_at:
            text = _("The quota changed at %(last)s. Choose that instant or a later one.")
            raise BadTerms(text % {"last": instant_text(ledger.last_at)}, "starts_at")
        package = _package(wish, starts_at, ends_at, actor, now)
        _add(package, ledger, now)
        _audit("package.create", package, actor, now)
    return package


def renew(*, wish: PackageWish, actor: str, now: datetime) -> ServicePackage:
    """Let a new package follow the running one when it ends; until then it is pending (Q50).

    Unused tokens are lost then, or kept where the setting MEISAI_RENEWAL_KEEPS_REST says so now.
    Raises a PackageRefused.
    """
    with transaction.atomic():
        ledger = _opened(wish.account, now)
        running = ServicePackage.objects.filter(
            account=wish.account, stage=PackageStage.RUNNING
        ).first()
        if running is None:
            raise NothingToRenew
        if pending := ServicePackage.objects.filter(renews=running).first():
            raise AlreadyRenewed(pending)
        package = _package(wish, running.ends_at, end_of(running.ends_at), actor, now)
        package.renews, package.keeps_rest = running, settings.RENEWAL_KEEPS_REST
        _add(package, ledger, now)
        _audit("package.renew", package, actor, now)
    return package


def withdraw(*, package: ServicePackage, reason: str, actor: str, now: datetime) -> None:
    """Take back a package that has not begun: nothing of it is in a ledger, so it goes altogether.

    The audit trail and the history of packages keep it. Raises a PackageRefused.
    """
    why = _line(reason)
    if not why:
        raise BadTerms(_("Say why: the reason is kept."), "reason")
    with transaction.atomic():
        ledger = ledgers.locked(account_id=package.account_id)
        settling.catch_up(ledger=ledger, now=now)
        held = ServicePackage.objects.filter(pk=package.pk).first()
        if held is None or held.stage != PackageStage.WAITING:
            raise BadTerms(_("Only a package that has not begun can be withdrawn."))
        _audit("package.withdraw", held, actor, now, reason=why)
        held._history_date = now  # type: ignore[attr-defined]  # read by simple_history
        held.delete()
        settling.plan(ledger=ledger)


def edit_tokens(
    *, package: ServicePackage, change: int, reason: str, actor: str, now: datetime
) -> ServicePackage:
    """Add tokens to a package or take some away, never more than are left (rules.md Q49).

    One that is pending only becomes a package of so many tokens: nothing is in the ledger yet.
    Raises a PackageRefused.
    """
    if not change:
        raise BadTerms(_("A change of 0 changes nothing."), "change")
    if abs(change) > MOST_TOKENS:
        raise BadTerms(_most(), "change")
    why = _line(reason)
    if not why:
        raise BadTerms(_("Say why: the reason is kept."), "reason")
    with transaction.atomic():
        ledger = ledgers.locked(account_id=package.account_id)
        instant = settling.catch_up(ledger=ledger, now=now)
        held = ServicePackage.objects.get(pk=package.pk)
        _check_edit(held, change)
        if held.stage == PackageStage.RUNNING:
            move = Movement(reason=QuotaReason.EDIT, at=instant, amount=change, package=held.pk)
            ledgers.append(
                ledger=ledger, movements=[move], runners={}, now=now, actor=actor, note=why
            )
        # Tokens that came over from the package before can be taken away too.
        held.quota = max(held.quota + change, 0)
        _save(held, now)
        _audit("package.tokens", held, actor, now, change=change, reason=why)
    return held


def _check_edit(package: ServicePackage, change: int) -> None:
    quota = package.quota + change
    if package.stage not in NOT_OVER:
        text = _("The package ended on %(day)s. Its tokens cannot be edited any more.")
        raise BadTerms(text % {"day": instant_text(package.ends_at)})
    if quota > MOST_TOKENS:
        raise BadTerms(_most(), "change")
    if package.stage == PackageStage.WAITING and quota < 0:
        text = _("The pending package has %(quota)s tokens: no more can be taken away.")
        raise BadTerms(text % {"quota": f"{package.quota:,}"}, "change")


def annotate(*, package: ServicePackage, note: str, actor: str, now: datetime) -> ServicePackage:
    """Change the note, the one thing about a package that can change without a trace in a quota."""
    with transaction.atomic():
        held = ServicePackage.objects.select_for_update().get(pk=package.pk)
        held.note = _line(note)
        _save(held, now)
        _audit("package.note", held, actor, now)
    return held


def _opened(account: Account, now: datetime) -> QuotaLedger:
    """The locked ledger of a billing account, caught up. Raises NotBilled."""
    month = Month.of(now)
    said: dict[str, Any] = {"account": account.key, "month": month}
    if account.ended_at is not None and account.ended_at <= now:
        raise NotBilled(_("%(account)s has ended.") % said, "account")
    payer = payer_of(account_id=account.pk, month=month)
    if payer is None:
        text = _("%(account)s has no place in the tree in %(month)s.")
        raise NotBilled(text % said, "account")
    if payer != account.pk:
        said["payer"] = Account.objects.get(pk=payer).key
        text = _("%(account)s draws on the package of %(payer)s, which is billed for it.")
        raise NotBilled(text % said, "account")
    ledger = ledgers.locked(account_id=account.pk)
    settling.catch_up(ledger=ledger, now=now)
    return ledger


def _end(starts_at: datetime, now: datetime) -> datetime:
    if starts_at.utcoffset() is None:
        raise BadTerms(_("The start needs a time zone."), "starts_at")
    try:
        ends_at = end_of(starts_at)
    except (BadMonth, OverflowError) as error:
        raise BadTerms(str(error), "starts_at") from error
    if ends_at <= now:
        raise BadTerms(_("It would have expired already."), "starts_at")
    if starts_at - now > FURTHEST:
        raise BadTerms(_("It would start more than a year from now."), "starts_at")
    return ends_at


def _package(
    wish: PackageWish, starts_at: datetime, ends_at: datetime, actor: str, now: datetime
) -> ServicePackage:
    if not 1 <= wish.quota <= MOST_TOKENS:
        raise BadTerms(_most(), "quota")
    return ServicePackage(
        account=wish.account,
        quota=wish.quota,
        starts_at=starts_at,
        ends_at=ends_at,
        note=_line(wish.note),
        created_at=now,
        created_by=actor,
    )


def _add(package: ServicePackage, ledger: QuotaLedger, now: datetime) -> None:
    others = ServicePackage.objects.filter(account_id=package.account_id)
    within = others.filter(starts_at__lt=package.ends_at, ends_at__gt=package.starts_at)
    if (other := within.order_by("starts_at").first()) is not None:
        raise Overlap(other, "starts_at")
    _save(package, now)
    settling.plan(ledger=ledger)
    settling.catch_up(ledger=ledger, now=now)


def _save(package: ServicePackage, now: datetime) -> None:
    package.modified_at = now
    package._history_date = now  # type: ignore[attr-defined]  # read by simple_history
    package.save()


def _line(text: str) -> str:
    clean = " ".join(text.replace("\0", "").split())
    if len(clean) > LONGEST_NOTE:
        said = {"limit": LONGEST_NOTE}
        raise BadTerms(_("Longer than %(limit)d characters. Shorten it.") % said, "note")
    return clean


def _most() -> str:
    return _("Give a whole number of tokens from 1 to %(most)s.") % {"most": f"{MOST_TOKENS:,}"}


def _audit(action: str, package: ServicePackage, actor: str, now: datetime, **detail: Any) -> None:
    terms = {
        "package": package.pk.hex,
        "quota": package.quota,
        "starts_at": package.starts_at.isoformat(),
        "ends_at": package.ends_at.isoformat(),
        "note": package.note,
    }
    audit.record(
        actor=actor,
        action=action,
        now=now,
        account_key=package.account.key,
        subject=str(package),
        detail={**terms, **detail},
    )
