"""Update campaigns: each reserves tokens when it starts and gives back what it did not use."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.selectors.tree import payer_of
from accounts.services import audit
from billing_portal.common.checkpoints import reached
from billing_portal.common.periods import Month
from usage.choices import CampaignState, PackageStage
from usage.metering.packages import Movement, QuotaReason
from usage.models import Campaign, QuotaLedger, ServicePackage
from usage.models.packages import LONGEST_NOTE
from usage.selectors.campaigns import devices_updated
from usage.services.packages import ledger as ledgers
from usage.services.packages import settling
from usage.services.packages.packages import MOST_TOKENS
from usage.services.packages.refusals import (
    BadTerms,
    CampaignOver,
    NoPackage,
    NotAllowed,
    NotEnoughTokens,
    SameCampaign,
    TooManyUpdates,
)

LONGEST_NAME = 250


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignWish:
    """Who wants to update how many devices. With an id of its own it can be asked for twice."""

    account: Account
    name: str
    count: int
    campaign_id: UUID | None = None


def start(*, wish: CampaignWish, actor: str, now: datetime) -> Campaign:
    """Reserve a token for each device that a campaign may update (domain.md §2).

    Tenants draw on the package of the account that is billed for them in the month of `now`. A
    campaign that was started with the same id, name and count is returned as it is. Raises a
    PackageRefused: NoPackage and NotEnoughTokens say why no update is possible.
    """
    name = _checked(wish)
    with transaction.atomic():
        ledger, instant = _opened(wish.account, now)
        campaign_id = wish.campaign_id or uuid4()
        if (known := Campaign.objects.filter(pk=campaign_id).first()) is not None:
            return _same(known, wish, name)
        package = _valid(ledger)
        if wish.count > ledger.balance:
            raise NotEnoughTokens(wish.count, ledger.balance, "count")
        campaign = Campaign.objects.create(
            pk=campaign_id,
            name=name,
            account=wish.account,
            ledger=ledger,
            package=package,
            reserved=wish.count,
            started_at=instant,
        )
        move = _move(QuotaReason.RESERVATION, -wish.count, campaign, package, instant)
        _write(ledger, campaign, move, actor, now)
        _audit("campaign.start", campaign, actor, now, reserved=wish.count)
    reached("campaign.kept")
    return campaign


def finish(
    *, campaign: Campaign, updated: int | None = None, note: str = "", actor: str, now: datetime
) -> Campaign:
    """End a campaign and take back the tokens of devices that were not updated (rules.md Q52).

    Without `updated`, the devices with a fact of a successful update are counted. What comes back
    goes to the package that is running (Q50). A campaign that was finished with the same number is
    returned as it is. Raises a PackageRefused.
    """
    with transaction.atomic():
        ledger = ledgers.locked(account_id=campaign.ledger_id)
        instant = settling.catch_up(ledger=ledger, now=now)
        held = Campaign.objects.select_related("account").get(pk=campaign.pk)
        if held.state != CampaignState.OPEN:
            return _again(held, updated)
        used = devices_updated(campaign=held) if updated is None else updated
        _check_used(used, held.reserved)
        package = _valid(ledger)
        held.state, held.updated, held.ended_at = CampaignState.RELEASED, used, instant
        held.save()
        move = _move(QuotaReason.RELEASE, held.reserved - used, held, package, instant)
        _write(ledger, held, move, actor, now, note=note[:LONGEST_NOTE])
        _audit("campaign.finish", held, actor, now, reserved=held.reserved, updated=used)
    reached("campaign.kept")
    return held


def _checked(wish: CampaignWish) -> str:
    name = " ".join(wish.name.replace("\0", "").split())
    if not 1 <= len(name) <= LONGEST_NAME:
        said = {"limit": LONGEST_NAME}
        raise BadTerms(_("Give a name of 1 to %(limit)d characters.") % said, "name")
    if not 1 <= wish.count <= MOST_TOKENS:
        text = _("Give a whole number of devices from 1 to %(most)s.")
        raise BadTerms(text % {"most": f"{MOST_TOKENS:,}"}, "count")
    return name


def _opened(account: Account, now: datetime) -> tuple[QuotaLedger, datetime]:
    """The locked ledger that an account draws on, caught up, and the instant to write."""
    if account.ended_at is not None and account.ended_at <= now:
        raise NotAllowed(_("%(account)s has ended.") % {"account": account.key}, "account")
    payer = payer_of(account_id=account.pk, month=Month.of(now))
    if payer is None:
        text = _("%(account)s has no place in the tree, so there is no package to draw on.")
        raise NotAllowed(text % {"account": account.key}, "account")
    for one in Account.objects.filter(pk__in={account.pk, payer}, features_enabled=False):
        text = _("The features of %(account)s are disabled, so no device can be updated.")
        raise NotAllowed(text % {"account": one.key}, "account")
    ledger = ledgers.locked(account_id=payer)
    return ledger, settling.catch_up(ledger=ledger, now=now)


def _valid(ledger: QuotaLedger) -> ServicePackage:
    """The package that is running, as a ledger that is caught up knows. Raises NoPackage."""
    packages = ServicePackage.objects.filter(account_id=ledger.account_id)
    running = packages.filter(stage=PackageStage.RUNNING).first()
    if running is None:
        last = packages.filter(stage=PackageStage.TERMINATED).order_by("-ends_at").first()
        first = packages.filter(stage=PackageStage.WAITING).order_by("starts_at").first()
        raise NoPackage(
            expired=last.ends_at if last else None, begins=first.starts_at if first else None
        )
    return running


def _same(campaign: Campaign, wish: CampaignWish, name: str) -> Campaign:
    told = (wish.account.pk, name, wish.count)
    if told != (campaign.account_id, campaign.name, campaign.reserved):
        raise SameCampaign(campaign)
    return campaign


def _again(campaign: Campaign, updated: int | None) -> Campaign:
    if campaign.state == CampaignState.RELEASED and updated in (None, campaign.updated):
        return campaign
    raise CampaignOver(campaign)


def _check_used(updated: int, reserved: int) -> None:
    if updated < 0:
        raise BadTerms(_("The number of updated devices is 0 or more."), "updated")
    if updated > reserved:
        raise TooManyUpdates(updated, reserved)


def _move(
    reason: QuotaReason, amount: int, campaign: Campaign, package: ServicePackage, at: datetime
) -> Movement:
    return Movement(reason=reason, at=at, amount=amount, package=package.pk, campaign=campaign.pk)


def _write(
    ledger: QuotaLedger,
    campaign: Campaign,
    move: Movement,
    actor: str,
    now: datetime,
    *,
    note: str = "",
) -> None:
    ledgers.append(
        ledger=ledger,
        movements=[move],
        runners={campaign.pk: campaign.account_id},
        now=now,
        actor=actor,
        note=note,
    )


def _audit(action: str, campaign: Campaign, actor: str, now: datetime, **detail: Any) -> None:
    audit.record(
        actor=actor,
        action=action,
        now=now,
        account_key=campaign.account.key,
        subject=campaign.name,
        detail={"campaign": campaign.pk.hex, **detail},
    )
