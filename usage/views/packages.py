"""Where did the update quota go, and how long will it last?"""

from collections.abc import Mapping
from typing import Any

from accounts.models import Account
from accounts.views.report import report_view
from accounts.views.visit import Visit
from billing_portal.common.parts.months import MonthChoice, chosen
from billing_portal.common.reports.listing import Listing
from usage.exports.packages import PACKAGE_HISTORY
from usage.selectors import packages, quota_history
from usage.selectors.forecast import outlook


def _months(visit: Visit, account: Account) -> MonthChoice:
    """From the first event on; the month before this one, unless another is chosen (B27)."""
    usual = visit.month.previous
    first = quota_history.first_month(access=visit.access, account=account)
    return chosen(
        visit.request.GET.get("month"),
        first=min(first or usual, usual),
        last=visit.month,
        usual=usual,
    )


def _standing(visit: Visit, account: Account, listing: Listing) -> Mapping[str, Any]:
    """How the quota stands now, for whoever holds it."""
    draws = quota_history.draws_on_another(account=account, month=visit.month)
    if draws:
        listing.table.columns.hide("balance")
    if len(visit.access.usage) == 1:
        listing.table.columns.hide("account")
    if draws:
        return {"draws": True}
    found, quota = packages.standing(account=account, at=visit.now)
    forecast = outlook(account=account, found=found, quota=quota)
    return {"quota": quota, "packages": found, "forecast": forecast}


history = report_view(
    PACKAGE_HISTORY,
    template="usage/packages/history.html",
    months=_months,
    extra=_standing,
)
