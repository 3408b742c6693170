"""What month ends and documents wait for: for those who watch over the portal."""

from datetime import datetime

from django.db.models import Min

from invoices.choices import ItemState, RenderState
from invoices.models import Rendering, RunItem
from invoices.selectors.runs import is_automatic, under_way


def unfinished_runs() -> int:
    """How many month ends still go on; what is parked or waits for approval is not counted."""
    unfinished = RunItem.objects.filter(state__in=under_way())
    return unfinished.order_by().values("run").distinct().count()


def unapproved_accounts() -> int:
    """How many accounts and coverages wait for somebody's approval."""
    waiting = RunItem.objects.filter(state=ItemState.PROPOSED)
    return 0 if is_automatic() else waiting.count()


def parked_accounts() -> int:
    """How many accounts and coverages wait for somebody to mend something."""
    return RunItem.objects.filter(state=ItemState.PARKED).count()


def oldest_due_rendering() -> datetime | None:
    """Since when the PDF that waits longest has been due."""
    waiting = Rendering.objects.filter(state=RenderState.WAITING)
    at: datetime | None = waiting.aggregate(at=Min("due_at"))["at"]
    return at
