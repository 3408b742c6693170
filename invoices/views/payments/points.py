"""Credit points: what is left, and how it came and went."""

from typing import Any

from accounts.models import Account
from accounts.views.report import report_view
from accounts.views.visit import Visit
from invoices.exports.points import POINTS
from invoices.selectors.points import available, next_to_expire
from invoices.selectors.settings import today


def _extra(visit: Visit, account: Account, _listing: Any) -> dict[str, Any]:
    day = today(now=visit.now)
    return {
        "balance": available(account_ids=[account.pk], on=day)[account.pk],
        "expires": next_to_expire(access=visit.access, account=account, on=day),
    }


history = report_view(
    POINTS,
    template="invoices/payments/points.html",
    among="payers",
    nobody="accounts/no_billing.html",
    extra=_extra,
)
