"""How the packages of many accounts stood at the end of a month, for their reports."""

from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, Subquery, Sum

from billing_portal.common.periods import Month
from usage.models import Campaign, QuotaEntry, QuotaLedger, ServicePackage
from usage.selectors.packages import MOMENT

Standing = dict[str, Any]
"""id, quota, starts_at, ends_at (ISO 8601), remaining, reserved."""


def waiting(*, payers: Collection[int], month: Month) -> list[int]:
    """Those whose ledger still lacks what happened by the end of a month."""
    late = QuotaLedger.objects.filter(account_id__in=payers, due_at__lt=month.end)
    return sorted(late.values_list("account_id", flat=True))


def standings(*, payers: Collection[int], month: Month) -> dict[int, Standing]:
    """By billing account; those without a valid package are not there. In three queries.

    The ledgers must be settled (`waiting` is empty).
    """
    last = month.end - MOMENT
    entries = QuotaEntry.objects.filter(ledger_id=OuterRef("pk"), at__lt=month.end)
    left = Subquery(entries.order_by("-at", "-number").values("left")[:1])
    ledgers = QuotaLedger.objects.filter(account_id__in=payers).annotate(then=left)
    remaining = dict(ledgers.values_list("account_id", "then"))
    holding = Campaign.objects.filter(ledger_id__in=payers).holding_at(last)
    held = holding.order_by().values_list("ledger_id").annotate(Sum("reserved"))
    reserved: dict[int, int] = dict(held)
    return {
        one.account_id: {
            "id": one.pk.hex,
            "quota": one.quota,
            "starts_at": one.starts_at.isoformat(),
            "ends_at": one.ends_at.isoformat(),
            "remaining": remaining.get(one.account_id) or 0,
            "reserved": int(reserved.get(one.account_id) or 0),
        }
        for one in ServicePackage.objects.filter(account_id__in=payers).valid_at(last)
    }
