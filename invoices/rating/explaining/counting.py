"""The facts behind one counted quantity, rule by rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import polars as pl

from billing_portal.common.periods import Month
from invoices.rating.explaining import written
from invoices.rating.explaining.rebuilt import Rebuilt
from invoices.rating.explaining.written import Content
from invoices.rating.facts import DAY, Facts
from invoices.rating.quantities.active_devices import course
from invoices.rating.spells import Spells
from invoices.rating.tariff import Item
from usage.metering.vocabulary import Status

ORDER = ["day", "meter", "variant"]


@dataclass(frozen=True, slots=True)
class Own:
    """What belongs to one line: `rows` are what the rule counted for this device (or the account)
    on this day (0: the month), variant and price.
    """

    rebuilt: Rebuilt
    item: Item
    subject: int
    day: int
    variant: str
    rows: pl.DataFrame

    @property
    def facts(self) -> Facts:
        return self.rebuilt.facts

    @property
    def spells(self) -> Spells:
        return self.facts.spells

    @property
    def month(self) -> Month:
        return self.facts.month

    @property
    def is_account(self) -> bool:
        return self.rebuilt.is_account(self.subject)

    def mine(self, table: pl.DataFrame) -> pl.DataFrame:
        return table.filter(pl.col("subject") == self.subject)

    def within(self, table: pl.DataFrame) -> pl.DataFrame:
        """The rows of the device; of the account with all of its devices."""
        return table if self.is_account and self.pools else self.mine(table)

    @property
    def pools(self) -> bool:
        return "account" in (self.item.inputs.get("scope"), self.item.inputs.get("per"))

    def rows_of(self, table: pl.DataFrame) -> list[Content]:
        return written.rows(table.iter_rows(named=True), self.month)


def usage(own: Own) -> Content:
    """What the meters counted, on that day and with that variant."""
    found = _used(own).filter(pl.col("day") == own.day)
    return {"usage": own.rows_of(found.sort(ORDER))}


def _used(own: Own) -> pl.DataFrame:
    used = own.within(own.facts.usage_of(own.item.inputs["meters"]))
    used = used.filter(pl.col("quantity") > 0).with_columns(
        pl.col("meter", "variant").cast(pl.String)
    )
    if own.item.rule == "sum":
        used = used.filter(pl.col("variant").is_in(own.rows["variant"].cast(pl.String).implode()))
    elif own.item.rule != "any_in_month" or own.item.has_variants:
        used = used.filter(pl.col("variant") == own.variant)
    return used.group_by(ORDER).agg(pl.col("quantity").sum())


def usage_by_day(own: Own) -> Content:
    """The same for all days of the month, each day as one."""
    by_day = _used(own).group_by("day").agg(pl.col("quantity").sum()).sort("day")
    return {"days": own.rows_of(by_day)}


def allowed(own: Own) -> Content:
    """What was used up to that day of what the allowance is for."""
    by_day = _used(own).group_by("day").agg(pl.col("quantity").sum()).sort("day")
    first = own.day if own.item.inputs["period"] == "day" else 1
    return {"days": own.rows_of(by_day.filter(pl.col("day").is_between(first, own.day)))}


def status_of_day(own: Own) -> Content:
    """The status held at the end of the day, since when and until when."""
    end = written.day_end(own.month, own.day)
    changes = own.mine(own.spells.until_next(own.spells.changes))
    held = changes.filter((pl.col("at") < end) & (pl.col("end") >= end))
    since = held.select("status", since="at", until="end")
    return {"day_end": written.instant(end), "status": own.rows_of(since)[0]}


def option_of_day(own: Own) -> Content:
    """The option at the end of the day, and the status, since one without a device is nothing."""
    end = written.day_end(own.month, own.day)
    points = own.facts.frames.options.filter(pl.col("option") == own.item.inputs["option"])
    numbered = points.with_columns(subject=own.facts.subjects.numbers_of(points))
    runs = own.spells.until_next(own.mine(numbered))
    held = runs.filter((pl.col("at") < end) & (pl.col("end") >= end))
    since = held.select("option", "enabled", since="at", until="end")
    return status_of_day(own) | {"option": own.rows_of(since)[0]}


def spells(own: Own) -> Content:
    """From when to when the device was in one of the statuses in this month."""
    return {"spells": _spells(own)}


def _spells(own: Own) -> list[Content]:
    found = own.mine(own.spells.of(own.item)).sort("start")
    return own.rows_of(found.select("status", pl.col("plan").cast(pl.String), "start", "end"))


def stay(own: Own) -> Content:
    """Since when the device is in these statuses, and how many years that is."""
    statuses = [*own.item.inputs["statuses"], *_ready_too(own)]
    is_in, was_in = pl.col("status").is_in(statuses), pl.col("before").is_in(statuses)
    borders = own.mine(own.spells.changes).filter(is_in != was_in)
    end = written.day_end(own.month, own.day)
    held = own.spells.until_next(borders).filter(
        is_in & (pl.col("at") < end) & (pl.col("end") >= end)
    )
    since = held.select(since="at", until="end")
    years = own.month.year - since["since"][0].year
    return {"stay": own.rows_of(since)[0], "years": years, "day_end": written.instant(end)}


def _ready_too(own: Own) -> list[str]:
    """Ready counts where the plan of the day charges for it."""
    plan = own.facts.plan_of(own.rows).cast(pl.String)[0]
    return [Status.READY.value] if plan in own.item.inputs.get("ready_plans", ()) else []


def changes(own: Own) -> Content:
    """The changes of the day that count."""
    own_changes = own.mine(own.spells.changes).filter(pl.col("at").dt.day().cast(DAY) == own.day)
    days = own.spells.on_counted_days(own_changes)
    inputs = own.item.inputs
    entered = pl.col("status").is_in(inputs["to"]) & (pl.col("status") != pl.col("before"))
    left = pl.col("before").is_in(inputs["from"]) if "from" in inputs else pl.lit(True)
    counted = days.filter(entered & left).sort("at").select("at", left="before", entered="status")
    return {"changes": own.rows_of(counted)}


def created(own: Own) -> Content:
    """The first status of all."""
    real = own.mine(own.spells.changes).filter(pl.col("status") != "none").sort("at")
    return {"created": own.rows_of(real.head(1).select("at", "status"))[0]}


def running(own: Own) -> Content:
    """From when to when it ran on that day."""
    end = written.day_end(own.month, own.day)
    start = end - timedelta(days=1)
    if "option" in own.item.inputs:
        found = own.spells.with_option(own.item)
    else:
        found = own.spells.of(own.item).with_columns(option=pl.lit(""))
    of_day = own.mine(found).with_columns(
        pl.max_horizontal("start", pl.lit(start)), pl.min_horizontal("end", pl.lit(end))
    )
    shown = of_day.filter(pl.col("start") < pl.col("end")).sort("option", "start")
    return {"running": own.rows_of(shown.select("option", "start", "end"))}


def any_event(own: Own) -> Content:
    """What was used, or when the option was on; the first day decides the price."""
    if "meters" in own.item.inputs:
        return usage_by_day(own)
    on = own.within(own.spells.with_option(own.item)).sort("start", "option")
    found: Content = {"switched_on": own.rows_of(on.select("option", "start", "end"))}
    if "month" in own.item.inputs:
        first = own.mine(own.spells.first_enabled(own.item)).select("at")
        found["first_enabled"] = own.rows_of(first)[0]["at"]
    return found


def registered(own: Own) -> Content:
    """When the device was registered, and which one of the month has been there longest."""
    present = own.spells.of(own.item).select("subject").unique()
    ages = (
        own.spells.changes.filter(pl.col("status") != "none")
        .group_by("subject")
        .agg(registered=pl.col("at").min())
        .join(present, on="subject")
        .sort("registered", "subject")
    )
    oldest, mine = ages.row(0, named=True), own.mine(ages)
    return {
        "spells": _spells(own),
        "registered": written.instant(mine["registered"][0]),
        "oldest": {
            "device": own.rebuilt.key_of(oldest["subject"]),
            "registered": written.instant(oldest["registered"]),
        },
    }


def peaks(own: Own) -> Content:
    """For each plan the first instant of the greatest number, and the devices that made it."""
    plans = set(own.rows["plan"].cast(pl.String).to_list())
    counted = course(own.item, own.facts).with_columns(pl.col("plan").cast(pl.String))
    found = []
    for plan in sorted(plans, key=str):
        steps = counted.filter(pl.col("plan").eq_missing(pl.lit(plan, pl.String)))
        top = steps.sort("active", "at", descending=[True, False]).row(0, named=True)
        at = top["at"]
        there = _of_plan(own, plan).filter((pl.col("start") <= at) & (pl.col("end") > at))
        found.append({"plan": plan, "at": written.instant(at), "devices": _devices(own, there)})
    return {"peaks": found}


def distinct(own: Own) -> Content:
    """For each plan the devices that were active at any instant."""
    plans = set(own.rows["plan"].cast(pl.String).to_list())
    return {
        "plans": [
            {"plan": plan, "devices": _devices(own, _of_plan(own, plan))}
            for plan in sorted(plans, key=str)
        ]
    }


def _of_plan(own: Own, plan: str | None) -> pl.DataFrame:
    spells = own.spells.of(own.item)
    return spells.filter(pl.col("plan").cast(pl.String).eq_missing(pl.lit(plan, pl.String)))


def _devices(own: Own, spells: pl.DataFrame) -> list[Content]:
    """Devices with the first of their spells."""
    keys = own.facts.subjects.table["key"]
    first = spells.group_by("subject").agg(pl.col("start").min(), pl.col("end").min())
    named = first.sort("subject").with_columns(device=keys.gather(first.sort("subject")["subject"]))
    return own.rows_of(named.select("device", "start", "end"))


def held(own: Own) -> Content:
    """How many were held on each day."""
    return usage_by_day(own)


def contracts(own: Own) -> Content:
    """Those that began on one day: its tax rate is theirs."""
    is_one = pl.col("first_day").is_in(own.rows["taxed_on"].implode())
    return {"contracts": contracts_of(own.facts, own.item.code, is_one)}


def contracts_of(facts: Facts, code: str, *which: pl.Expr) -> list[Content]:
    """The contracts of an item that hold in the month."""
    first, last = facts.month.first_day, facts.month.last_day
    found = facts.frames.contracts.filter(
        *(pl.col("code") == code, pl.col("first_day") <= first, pl.col("last_day") >= last), *which
    ).sort("first_day", "units")
    return written.rows(
        found.select("units", "first_day", "last_day").iter_rows(named=True), facts.month
    )


FACTS: dict[str, Callable[[Own], dict[str, Any]]] = {
    "sum": usage,
    "days_in_status": status_of_day,
    "days_with_option": option_of_day,
    "months_in_status": spells,
    "years_in_status": stay,
    "transition": changes,
    "once_created": created,
    "hours_running": running,
    "any_in_month": any_event,
    "first_unit": registered,
    "additional_unit": registered,
    "packs": held,
    "above_allowance": allowed,
    "peak_active": peaks,
    "distinct_active": distinct,
    "contract_units": contracts,
}
"""By rule: what it looked at to count this one quantity."""
