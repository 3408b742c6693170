"""What an account did in each interval of a range: counters, and devices that became active."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Func, IntegerField, QuerySet, Sum

from accounts.models import Account
from billing_portal.common.periods import Month, months_through
from usage.metering.counters import API_CALLS, FIRMWARE_UPDATE
from usage.metering.figures import Figures
from usage.metering.intervals import DAY, interval_of
from usage.models import AccountDay, Meter, UsageRecord
from usage.selectors import activity

METERS = [*(code for group in API_CALLS.values() for code in group), FIRMWARE_UPDATE]
MOMENT = timedelta(microseconds=1)


class _Second(Func):
    """An instant as whole seconds since 1970."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s))::bigint"
        return self.as_sql(compiler, connection, template=template, **context)


def series(
    *, account: Account, begins: Sequence[datetime], end: datetime, slot: timedelta
) -> list[Figures]:
    """Return the figures of each interval that begins at one of these instants; no tenants.

    Instants are whole seconds, ascending, and a whole number of slots apart. A device counts where
    it was first active in its month, so that the intervals of a month add up to its report.
    """
    if not begins:
        return []
    counters = [Counter[str]() for _ in begins]
    for code, at, total in _counted(account, begins[0], end, slot):
        counters[interval_of(begins, at)][code] += total
    devices = Counter[int]()
    for at, number in _devices(account, begins[0], end, slot):
        devices[interval_of(begins, at)] += number
    return [
        Figures.of(active_devices=devices[index], counters=one)
        for index, one in enumerate(counters)
    ]


def _counted(
    account: Account, start: datetime, end: datetime, slot: timedelta
) -> Iterator[tuple[str, datetime, int]]:
    """(meter, instant, how many); from the sums of days where only whole days are asked for."""
    meters: dict[int, str] = dict(
        Meter.objects.filter(code__in=METERS).order_by().values_list("pk", "code")
    )
    whole_days = not (slot % DAY or any(one.timetz() != DAY_BEGINS for one in (start, end)))
    if whole_days:
        days = AccountDay.objects.filter(
            account_id=account.pk, meter_id__in=meters, day__gte=start.date(), day__lt=end.date()
        )
        for meter, day, total in days.order_by().values_list("meter_id", "day", "total"):
            at = datetime.combine(day, DAY_BEGINS)
            yield meters[meter], at, int(total)
        return
    facts = UsageRecord.objects.filter(
        account_id=account.pk, at__gte=start, at__lt=end, meter_id__in=meters
    )
    for meter, number, total in _slots(
        facts, "at", start, slot, by="meter_id", figure=Sum("quantity")
    ):
        yield meters[meter], start + number * slot, int(total)


def _devices(
    account: Account, start: datetime, end: datetime, slot: timedelta
) -> Iterator[tuple[datetime, int]]:
    for month in months_through(Month.of(start), Month.of(end - MOMENT)):
        rows = activity.active(accounts=[account.pk], month=month)
        found = rows.filter(first_active_at__gte=start, first_active_at__lt=end)
        for _same, number, count in _slots(
            found, "first_active_at", start, slot, by="account_id", figure=Count("pk")
        ):
            yield start + number * slot, count


def _slots(
    rows: "QuerySet[Any]", at: str, start: datetime, slot: timedelta, *, by: str, figure: Any
) -> "QuerySet[Any, Any]":
    """(value of `by`, number of the slot, figure), added up by the database."""
    seconds = int(slot.total_seconds())
    number = (_Second(F(at)) - int(start.timestamp())) / seconds
    by_slot: QuerySet[Any, Any] = rows.order_by().annotate(slot=number).values_list(by, "slot")
    found: QuerySet[Any, Any] = by_slot.annotate(figure)
    return found


DAY_BEGINS = datetime(1970, 1, 1, tzinfo=UTC).timetz()
