"""Service packages and campaigns in one's hand, and the ledger that they leave."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Account
from usage.models import Campaign, QuotaEntry, ServicePackage
from usage.services.packages import PackageWish, campaigns, packages, settling
from usage.services.packages.campaigns import CampaignWish

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
"""When packages of tests begin."""
END = datetime(2027, 3, 10, 9, tzinfo=UTC)
"""When they end, 12 months later."""
ACTOR = "operator@example.com"
DAY = timedelta(days=1)


def create(
    account: Account, quota: int = 1000, *, at: datetime = START, **fields: Any
) -> ServicePackage:
    """A package that begins when it is created, unless `starts_at` says otherwise."""
    starts_at = fields.pop("starts_at", at)
    wish = PackageWish(account=account, quota=quota, **fields)
    return packages.create(wish=wish, starts_at=starts_at, actor=ACTOR, now=at)


def renew(account: Account, quota: int = 500, *, at: datetime = START + DAY) -> ServicePackage:
    return packages.renew(wish=PackageWish(account=account, quota=quota), actor=ACTOR, now=at)


def withdraw(package: ServicePackage, *, at: datetime = START + DAY) -> None:
    packages.withdraw(package=package, reason="a slip", actor=ACTOR, now=at)


def edit(package: ServicePackage, change: int, *, at: datetime = START + DAY) -> ServicePackage:
    return packages.edit_tokens(package=package, change=change, reason="so", actor=ACTOR, now=at)


def start(
    account: Account, count: int = 100, *, at: datetime = START + DAY, **fields: Any
) -> Campaign:
    wish = CampaignWish(account=account, name=fields.pop("name", "roll-out"), count=count, **fields)
    return campaigns.start(wish=wish, actor=ACTOR, now=at)


def finish(
    campaign: Campaign, updated: int | None = 40, *, at: datetime = START + 2 * DAY
) -> Campaign:
    return campaigns.finish(campaign=campaign, updated=updated, actor=ACTOR, now=at)


def settle(account: Account, at: datetime) -> None:
    settling.settle(account_id=account.pk, now=at)


def ledger(account: Account) -> list[tuple[str, int, int]]:
    """Reason, amount and what was left, in order."""
    rows = QuotaEntry.objects.filter(ledger_id=account.pk).order_by("number")
    return list(rows.values_list("reason", "amount", "left"))
