"""The service packages of the demonstration, and the update campaigns that draw on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import NAMESPACE_URL, UUID, uuid5

from accounts.models import Account
from billing_portal.common.periods import Month
from billing_portal.management.demo.seller import ACTOR
from billing_portal.management.demo.story import Moment
from usage.models import ServicePackage
from usage.services.packages import PackageWish, packages
from usage.services.packages import campaigns as service
from usage.services.packages.campaigns import CampaignWish


@dataclass(frozen=True, slots=True)
class Package:
    """Tokens of a billing account, from the first of a month that may lie before the story."""

    account: str
    quota: int
    months: int


@dataclass(frozen=True, slots=True)
class Campaign:
    """The first `updated` SIMs of an account take an update, of the `reserved` that were meant to.

    Without an end it still runs.
    """

    account: str
    name: str
    reserved: int
    updated: int
    starts: Moment
    ends: Moment | None

    def key(self, first: Month) -> UUID:
        return uuid5(NAMESPACE_URL, f"{first.iso}/{self.account}/{self.name}")


# The one of KAKUU ends within three months, so that its pages warn.
PACKAGES = (Package("REIJI", 120, 0), Package("KAKUU", 1_000, -8))
CAMPAIGNS = (
    Campaign("KAKUU", "バス車載機 5.1", 200, 187, Moment(0, 8, time(1)), Moment(0, 15, time(9))),
    Campaign("REIJI", "監視端末 2.4.1", 8, 7, Moment(0, 12, time(2)), Moment(0, 14, time(8))),
    Campaign(
        "REIJI-EAST", "エレベーター 1.8", 15, 12, Moment(1, 6, time(3)), Moment(1, 9, time(8))
    ),
    Campaign("KAKUU", "タクシー車載機 5.1", 120, 118, Moment(1, 10), Moment(1, 18, time(9))),
    Campaign("REIJI-WEST", "冷蔵車 3.0.2", 12, 11, Moment(1, 20, time(4)), Moment(1, 23, time(7))),
    Campaign("KAKUU", "配車センター 5.2", 60, 20, Moment(2, 1, time(3)), None),
)


def run(*, first: Month, now: datetime, midnight: datetime) -> None:
    """Create the packages, start campaigns that have begun, finish those of days that are over.

    Facts say how many devices were updated. What is there already stays.
    """
    accounts = {account.key: account for account in Account.objects.all()}
    for package in PACKAGES:
        _create(package, accounts[package.account], first)
    steps = [(each.starts.instant(first), each, _start) for each in CAMPAIGNS] + [
        (each.ends.instant(first), each, _finish)
        for each in CAMPAIGNS
        if each.ends is not None and each.ends.instant(first) < midnight
    ]
    for instant, campaign, step in sorted(steps, key=lambda one: (one[0], one[1].name)):
        if instant <= now:
            step(campaign, accounts, first, instant)


def _create(package: Package, account: Account, first: Month) -> None:
    if not ServicePackage.objects.filter(account=account).exists():
        wish = PackageWish(account=account, quota=package.quota)
        starts_at = first.plus(package.months).start
        packages.create(wish=wish, starts_at=starts_at, actor=ACTOR, now=first.start)


def _start(
    campaign: Campaign, accounts: dict[str, Account], first: Month, instant: datetime
) -> None:
    wish = CampaignWish(
        account=accounts[campaign.account],
        name=campaign.name,
        count=campaign.reserved,
        campaign_id=campaign.key(first),
    )
    service.start(wish=wish, actor=ACTOR, now=instant)


def _finish(
    campaign: Campaign, accounts: dict[str, Account], first: Month, instant: datetime
) -> None:
    row = accounts[campaign.account].campaigns.get(pk=campaign.key(first))
    service.finish(campaign=row, actor=ACTOR, now=instant)


def of(account: str) -> Sequence[Campaign]:
    return [campaign for campaign in CAMPAIGNS if campaign.account == account]
