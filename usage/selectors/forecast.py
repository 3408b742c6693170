"""How long the quota of an account will last, from what its campaigns took of late."""

from datetime import datetime

from django.db.models import Case, Count, F, Sum, When

from accounts.models import Account
from usage.choices import CampaignState
from usage.metering.forecast import LOOKS_BACK, Forecast, Pace, forecast
from usage.models import Campaign
from usage.selectors.packages import Packages, Quota


def outlook(*, account: Account, found: Packages, quota: Quota) -> Forecast | None:
    """Say when the quota that holds now runs out, and whether before the package ends.

    The pace is what campaigns of the last 90 days took: their reservation while they run, what they
    used once they are over (what a termination lost counts as used). None without a package.
    """
    if quota.package is None:
        return None
    first = found.previous[-1] if found.previous else quota.package
    pace = _pace(account, since=max(first.starts_at, quota.at - LOOKS_BACK), now=quota.at)
    return forecast(pace=pace, remaining=quota.remaining, ends_at=quota.package.ends_at)


def _pace(account: Account, *, since: datetime, now: datetime) -> Pace:
    rows = Campaign.objects.filter(ledger_id=account.pk, started_at__gte=since, started_at__lte=now)
    taken = Case(When(state=CampaignState.RELEASED, then=F("updated")), default=F("reserved"))
    sums = rows.aggregate(tokens=Sum(taken), campaigns=Count("pk"))
    return Pace(since=since, now=now, tokens=int(sums["tokens"] or 0), campaigns=sums["campaigns"])
