"""How far a month end is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from billing_portal.common import leases
from invoices.choices import Approval, BillState, ItemState, RenderState
from invoices.models import Bill, BillingRun, Rendering, RunItem
from usage.choices import MonthState
from usage.models import AccountMonth


def under_way() -> list[ItemState]:
    """The states in which an item goes on by itself; a proposed one may need somebody first."""
    states = [ItemState.PENDING, ItemState.APPROVED]
    return [*states, ItemState.PROPOSED] if is_automatic() else states


def is_automatic() -> bool:
    """Whether proposed bills become final without anybody's approval."""
    return bool(settings.APPROVAL == Approval.AUTOMATIC)


@dataclass(frozen=True, slots=True)
class Progress:
    """Accounts of a run by state.

    `unapproved` are proposed and wait for somebody's approval, `approved` are about to be closed,
    `waiting` are those whose month before is still open.
    """

    total: int
    closed: int
    unapproved: int
    approved: int
    parked: int
    waiting: int

    @property
    def pending(self) -> int:
        return self.total - self.closed - self.unapproved - self.approved - self.stopped

    @property
    def stopped(self) -> int:
        return self.parked + self.waiting

    @property
    def is_over(self) -> bool:
        """Nothing is left that could go on by itself."""
        return self.closed + self.unapproved + self.stopped == self.total

    @property
    def percent(self) -> int:
        return 100 * self.closed // self.total if self.total else 100


def progress(run: BillingRun) -> Progress:
    """Count the accounts of a run, in three queries."""
    items = RunItem.objects.filter(run=run)
    counts = dict(items.order_by().values_list("state").annotate(Count("id")))
    return Progress(
        total=sum(counts.values()),
        closed=counts.get(ItemState.CLOSED, 0),
        unapproved=0 if is_automatic() else counts.get(ItemState.PROPOSED, 0),
        approved=items.filter(~_earlier_month_open(), state=ItemState.APPROVED).count(),
        parked=counts.get(ItemState.PARKED, 0),
        waiting=items.filter(_earlier_month_open(), state__in=under_way()).count(),
    )


def unfinished() -> "QuerySet[RunItem]":
    """Items that can go on: months close in order, so some wait for the month before."""
    return RunItem.objects.filter(~_earlier_month_open(), state__in=under_way())


def overtaken() -> "QuerySet[RunItem]":
    """Items that wait for approval of a bill which is not that of their month as it is by now."""
    month = AccountMonth.objects.filter(
        account=OuterRef("account"), coverage=OuterRef("coverage"), month=OuterRef("month")
    )
    bill = Bill.objects.filter(
        account=OuterRef("account"), coverage=OuterRef("coverage"), month=OuterRef("run__month")
    ).filter(state=BillState.PROPOSED, version=Subquery(month.values("version")[:1]))
    return RunItem.objects.filter(~Exists(bill), state=ItemState.PROPOSED)


def due_shards(*, now: datetime, size: int) -> Iterator[list[int]]:
    """Ids of what is due and not held by anybody, cut into shards of one run and coverage."""
    items = leases.free(unfinished(), now).order_by("run__month", "coverage", "account__key")
    shard: list[int] = []
    last = None
    for pk, *key in items.values_list("pk", "run_id", "coverage"):
        if shard and (key != last or len(shard) == size):
            yield shard
            shard = []
        shard.append(pk)
        last = key
    if shard:
        yield shard


def unrendered(run: BillingRun) -> "QuerySet[Rendering]":
    """The documents of a run's month whose PDF is still to come."""
    return Rendering.objects.filter(
        state=RenderState.WAITING, invoice__month=run.month
    ).select_related("invoice")


def _earlier_month_open() -> Exists:
    return Exists(
        AccountMonth.objects.filter(
            account=OuterRef("account"),
            coverage=OuterRef("coverage"),
            month__lt=OuterRef("run__month"),
            state=MonthState.OPEN,
        )
    )
