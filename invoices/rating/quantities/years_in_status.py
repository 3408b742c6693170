"""`years_in_status`: one for each full year that a device remains in some statuses (Q3)."""

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item


@rule("years_in_status", applies=presence.in_status)
def years_in_status(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `statuses`. The clock runs on while the device moves between them.

    A year falls on the anniversary of the day on which the stay began: at its end more than 1, 2, …
    full years have passed. The device must still be there then; 29 February → 28 February.
    """
    month = facts.month
    began = pl.col("at").dt.date()
    anniversary = pl.date(
        month.year, month.number, pl.min_horizontal(began.dt.day(), month.last_day.day)
    )
    stays = _stays(item.inputs["statuses"], facts).filter(
        began.dt.month() == month.number, began.dt.year() < month.year
    )
    due = stays.with_columns(at=anniversary).filter(pl.col("end").dt.date() > pl.col("at"))
    return facts.spells.on_counted_days(facts.spells.only(item.device_kind, due))


def _stays(statuses: list[str], facts: Facts) -> pl.DataFrame:
    """From entering the statuses to leaving them: subject, at, end."""
    before, now = pl.col("before").is_in(statuses), pl.col("status").is_in(statuses)
    borders = facts.spells.changes.filter(before != now)
    return facts.spells.until_next(borders).filter(now)
