"""`years_in_status`: one for each full year that a device remains in some statuses (Q3)."""

from collections.abc import Sequence

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item
from usage.metering.vocabulary import Status


@rule("years_in_status", applies=presence.remaining)
def years_in_status(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `statuses`, and `ready_plans`, whose devices pay for ready too. The clock runs on
    while the device moves between them.

    A year falls on the anniversary of the day on which the stay began: at its end more than 1, 2, …
    full years have passed. The device must still be there then; 29 February → 28 February.
    """
    statuses, plans = item.inputs["statuses"], item.inputs.get("ready_plans", ())
    usual = _due(item, statuses, facts)
    if not plans:
        return usual
    longer = _due(item, [*statuses, Status.READY.value], facts)
    others = usual.filter(~_on(plans, usual, facts))
    return pl.concat([others, longer.filter(_on(plans, longer, facts))])


def _on(plans: Sequence[str], due: pl.DataFrame, facts: Facts) -> pl.Series:
    """Whether the device is on one of the plans on the day of the fee."""
    return facts.plan_of(due).cast(pl.String).fill_null("").is_in(list(plans))


def _due(item: Item, statuses: Sequence[str], facts: Facts) -> pl.DataFrame:
    month = facts.month
    began = pl.col("at").dt.date()
    anniversary = pl.date(
        month.year, month.number, pl.min_horizontal(began.dt.day(), month.last_day.day)
    )
    stays = _stays(statuses, facts).filter(
        began.dt.month() == month.number, began.dt.year() < month.year
    )
    due = stays.with_columns(at=anniversary).filter(pl.col("end").dt.date() > pl.col("at"))
    return facts.spells.on_counted_days(facts.spells.only(item.device_kind, due))


def _stays(statuses: Sequence[str], facts: Facts) -> pl.DataFrame:
    """From entering the statuses to leaving them: subject, at, end."""
    before, now = pl.col("before").is_in(list(statuses)), pl.col("status").is_in(list(statuses))
    borders = facts.spells.changes.filter(before != now)
    return facts.spells.until_next(borders).filter(now)
