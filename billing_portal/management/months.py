"""Which months the demonstration still has to close, and which are up to date."""

from datetime import datetime

from billing_portal.common import clock
from billing_portal.common.periods import Month, months_through
from invoices.choices import RenderState
from invoices.models import BillingRun, Rendering, RunItem
from invoices.selectors.evaluations import due_evaluations
from invoices.selectors.runs import under_way
from usage.models import AccountMonth


def to_close(*, now: datetime) -> list[Month]:
    """The ended months that have data and no finished run yet, the first one first.

    A run is finished when nothing of it is open; a parked account waits for a person, not for us.
    """
    first = AccountMonth.objects.order_by("month").values_list("month", flat=True).first()
    last = Month.of(now).previous
    if first is None or first > last:
        return []
    return [month for month in months_through(first, last) if not _is_finished(month)]


def _is_finished(month: Month) -> bool:
    return (
        BillingRun.objects.filter(month=month).exists()
        and not RunItem.objects.filter(run__month=month, state__in=under_way()).exists()
        and not Rendering.objects.filter(invoice__month=month, state=RenderState.WAITING).exists()
    )


def are_evaluated() -> bool:
    """Say whether every month that is not closed shows the figures of the last complete day."""
    return not any(due_evaluations(now=clock.now(), size=1))
