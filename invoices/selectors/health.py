"""What month ends and documents wait for: for those who watch over the portal."""

from datetime import datetime

from django.db.models import Min

from invoices.choices import ItemState, RenderState
from invoices.models import Rendering, RunItem


def unfinished_runs() -> int:
    """How many month ends still have accounts to close, parked ones not counted."""
    pending = RunItem.objects.filter(state__in=[ItemState.PENDING, ItemState.PROPOSED])
    return pending.order_by().values("run").distinct().count()


def parked_accounts() -> int:
    """How many accounts and coverages wait for somebody to mend something."""
    return RunItem.objects.filter(state=ItemState.PARKED).count()


def oldest_due_rendering() -> datetime | None:
    """Since when the PDF that waits longest has been due."""
    waiting = Rendering.objects.filter(state=RenderState.WAITING)
    at: datetime | None = waiting.aggregate(at=Min("due_at"))["at"]
    return at
