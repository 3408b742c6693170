"""What the quantity rules look at: the facts of a month, narrow enough for millions of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar

import polars as pl

from billing_portal.common.periods import Month
from invoices.rating.frames import WORD, Frames
from invoices.rating.spells import Spells
from invoices.rating.subjects import Subjects

DAY = pl.UInt8
WHOLE_MONTH = 0
"""The day of what belongs to no day (rules.md Q8); the others are those of the month."""

SAFE = 2**62
"""Quantities whose sum stays below this are counted in 64 bits, all others in 128."""


@dataclass(frozen=True)
class Facts:
    """The frames of a shard, the days that count, and status and plan of each device on them.

    `periods` has a row for each run of days without a change: subject, kind, first and last (days
    of the month), status, plan.
    """

    frames: Frames
    month: Month
    days: Sequence[date]
    subjects: Subjects
    periods: pl.DataFrame

    no_variant: ClassVar[pl.Expr] = pl.lit("", dtype=WORD).alias("variant")

    @cached_property
    def spells(self) -> Spells:
        """The same, from instant to instant."""
        return Spells(self.frames, self.subjects, self.days)

    def periods_of(self, kind: str) -> pl.DataFrame:
        """The periods of one kind of device; of all kinds for an item that names none."""
        return self.periods.filter(pl.col("kind") == kind) if kind else self.periods

    @cached_property
    def usage(self) -> pl.DataFrame:
        """What was used on the days that count: subject, day, meter, variant, quantity."""
        first, last = span(self.days)
        counted = self.frames.usage
        within = counted["day"].is_between(first, last)
        if not within.all():
            counted = counted.filter(within)
        return counted.select(
            pl.col("day").dt.day().cast(DAY),
            pl.col("meter", "variant").cast(WORD),
            pl.col("quantity").cast(self.counting),
            subject=self.subjects.numbers_of(counted),
        )

    @property
    def last_day(self) -> int:
        """The last day that counts; 0 before the first one is over."""
        return self.days[-1].day if self.days else 0

    @cached_property
    def counting(self) -> type[pl.DataType]:
        """The type of all quantities: none of their sums can leave it (stack.md, Polars 1)."""
        greatest = self.frames.usage.select(pl.col("quantity").max()).item() or 0
        rows = self.frames.usage.height + self.subjects.table.height * len(self.days)
        return pl.Int64 if int(greatest) * rows < SAFE else pl.Int128

    def usage_of(self, meters: Sequence[str]) -> pl.DataFrame:
        """What some meters counted; nothing is looked through for a meter that nobody used."""
        wanted = self.meters & set(meters)
        if wanted == self.meters:
            return self.usage
        if not wanted:
            return self.usage.clear()
        return self.usage.filter(pl.col("meter").is_in(sorted(wanted)))

    @cached_property
    def meters(self) -> frozenset[str]:
        """The meters that counted anything on the days that count."""
        return _words(self.usage["meter"])

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of the devices."""
        return _words(self.frames.devices["kind"])

    @cached_property
    def statuses(self) -> frozenset[str]:
        """The statuses that some device ever had; `none` is there before the first one."""
        return _words(self.frames.statuses["status"]) | {"none"}

    @cached_property
    def options(self) -> frozenset[str]:
        """The options that some device ever had."""
        return _words(self.frames.options["option"])

    @cached_property
    def plans(self) -> frozenset[str | None]:
        """The plans of the month; None for what has none, such as the account itself."""
        return frozenset(self.periods["plan"].unique().cast(pl.String).to_list()) | {None}

    def plan_of(self, rows: pl.DataFrame) -> pl.Series:
        """The plan on the day of each row; none where the device is not the account's."""
        plans = self._steady_plans.gather(rows["subject"]).alias("plan")
        if self._changing_plans.is_empty():
            return plans
        return (
            rows.select("subject", "day")
            .join(self._changing_plans, on=["subject", "day"], how="left", maintain_order="left")
            .select(pl.coalesce("plan", plans.alias("steady")))
            .to_series()
        )

    @cached_property
    def _whole(self) -> pl.Expr:
        """Told of a subject: it has one plan, on every day that counts."""
        days = (pl.col("last").cast(pl.Int32) - pl.col("first") + 1).sum()
        return (pl.col("plan").n_unique() == 1) & (days == len(self.days))

    @cached_property
    def _steady_plans(self) -> pl.Series:
        """By number of the subject: the plan of those that have one and the same all the time."""
        steady = self.periods.group_by("subject").agg(pl.col("plan").first(), whole=self._whole)
        return (
            self.subjects.numbered.select("subject")
            .join(steady.filter("whole"), on="subject", how="left", maintain_order="left")
            .get_column("plan")
        )

    @cached_property
    def _changing_plans(self) -> pl.DataFrame:
        """By subject and day: the plans of all others."""
        changing = self.periods.filter(~self._whole.over("subject"))
        return each_day(changing).select("subject", "day", "plan")


def _words(column: pl.Series) -> frozenset[str]:
    return frozenset(column.unique().cast(pl.String).to_list())


def span(days: Sequence[date]) -> tuple[date, date]:
    """The first and the last day that count; on the first of a month none is complete yet."""
    return (days[0], days[-1]) if days else (date.max, date.min)


def narrow_periods(periods: pl.DataFrame, subjects: Subjects) -> pl.DataFrame:
    """What `device_days` gives, as Facts want it."""
    return periods.select(
        "kind",
        "status",
        pl.col("plan").cast(WORD),
        subject=subjects.numbers_of(periods),
        first=pl.col("first_day").dt.day().cast(DAY),
        last=pl.col("last_day").dt.day().cast(DAY),
    )


def each_day(periods: pl.DataFrame) -> pl.DataFrame:
    """One row for each `day` from `first` to `last` of each period."""
    days = pl.int_ranges("first", pl.col("last") + 1, dtype=DAY)
    return periods.select("subject", "plan", day=days).explode("day")
