"""Makes the demonstration: a seller, its customers, their SIMs and three months of usage."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from pathlib import Path

from accounts.models import Account, Placement
from billing_portal.common.periods import Month, months_through
from billing_portal.management.demo import campaigns, fleet, seller
from billing_portal.management.demo.cast import CUSTOMERS
from billing_portal.management.demo.files import UsageFile, write_files
from billing_portal.management.demo.story import sims
from usage.choices import ImportState
from usage.metering.reportdates import made_from
from usage.models import Import
from usage.services.reports import orders

MONTHS_BEFORE = 2
TakeIn = Callable[[UsageFile], None]


class DemoRefused(Exception):
    """The demonstration cannot be made here. The message says why and what to do."""


def make_demo(*, month: Month, now: datetime, folder: Path, take_in: TakeIn) -> list[UsageFile]:
    """Make the demonstration up to a month; return the files that hold its usage.

    `take_in` hands one file to the same intake that customers use. Everything depends on the month
    alone. A second call changes nothing, but for days and changes that have come since.
    """
    _refuse_others(month, now)
    first = _first_month(month)
    months = months_through(first, month)
    midnight = datetime.combine(now.date(), time.min, tzinfo=UTC)
    seller.set_up(first=first, now=now)
    story = list(sims(first))
    fleet.register(sims=story, now=now)
    fleet.change(sims=story, now=now)
    files = write_files(folder=folder, months=months, until=midnight)
    for file in files:
        if file.is_new or not _is_taken_in(file):
            take_in(file)
        if not _is_taken_in(file):
            raise DemoRefused(f"{file.path} was not taken in whole. See the imports in the admin.")
    campaigns.run(first=first, now=now, midnight=midnight)
    _report(months, now)
    return files


def _report(months: Sequence[Month], now: datetime) -> None:
    """Make the reports that the calendar would have made by now."""
    for month in months:
        if now >= made_from(month):
            orders.open_month(month=month, now=now, actor=seller.ACTOR)
    while orders.make_next(now=now):
        pass


def _refuse_others(month: Month, now: datetime) -> None:
    if month > Month.of(now):
        raise DemoRefused(f"{month} has not begun. Choose {Month.of(now)} or an earlier month.")
    others = Account.objects.exclude(key__in=[customer.key for customer in CUSTOMERS])
    other = others.order_by("key").first()
    if other is not None:
        raise DemoRefused(
            f"This database has customers of its own, such as {other.key}."
            " Make the demonstration in an empty one: set MEISAI_VAR_DIR to another folder."
        )


def _first_month(month: Month) -> Month:
    """A demonstration that is there already goes on from where it began."""
    began = Placement.objects.order_by("since").values_list("since", flat=True).first()
    if began is None:
        return month.plus(-MONTHS_BEFORE)
    if Month.of(began) > month:
        raise DemoRefused(f"The demonstration here begins with {Month.of(began)}. Choose it.")
    return Month.of(began)


def _is_taken_in(file: UsageFile) -> bool:
    """Say whether every row is there: a demonstration with holes would be a riddle."""
    last = Import.objects.filter(file_name=file.path.name).order_by("pk").last()
    whole = last is not None and last.state == ImportState.DONE
    return whole and last is not None and not (last.rejected or last.conflict)
