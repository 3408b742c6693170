"""Spells: from instant to instant, which status and plan each device has, and which options.

Rules that ask for days look at `device_days`; rules that ask for any instant, for hours or for
changes look here. A spell is half-open; an empty one does not exist (rules.md Q47).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

import polars as pl

from invoices.rating.frames import INSTANT, WORD, Frames
from invoices.rating.subjects import Subjects
from invoices.rating.tariff import Item

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Spells:
    """The spells of a month, each within a run of days that the account owns the device."""

    frames: Frames
    subjects: Subjects
    days: Sequence[date]

    def of(self, item: Item) -> pl.DataFrame:
        """Spells in one of the item's `statuses` (and `plans`, if it names some): subject, start,
        end, status, plan."""
        found = self._statuses.filter(
            pl.col("status").is_in(item.inputs["statuses"]), self._is_kind(item.device_kind)
        )
        if "plans" in item.inputs:
            found = found.filter(pl.col("plan").cast(pl.String).is_in(item.inputs["plans"]))
        return found

    def with_option(self, item: Item) -> pl.DataFrame:
        """Spells in which an option is on: subject, start, end, option.

        The item's `option` is the name of one, or of several that are told apart by what follows a
        colon: `peering:a`, `peering:b`.
        """
        points = self._numbered(self.frames.options.filter(_is_named(item.inputs["option"])))
        ends = points.with_columns(end=_next("subject", "option")).filter("enabled")
        return self._within(ends.rename({"at": "start"})).filter(self._is_kind(item.device_kind))

    @cached_property
    def changes(self) -> pl.DataFrame:
        """Every change of a status: subject, at, before (`none` at first), status."""
        before = pl.col("status").shift(1).over("subject", order_by="at").fill_null("none")
        return self._numbered(self.frames.statuses).with_columns(before=before)

    def only(self, kind: str, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows of one kind of device; all of them for an item that names none."""
        return rows.filter(self._is_kind(kind))

    def until_next(self, points: pl.DataFrame) -> pl.DataFrame:
        """Points with their `end`: the instant of the next one of the same subject."""
        return points.with_columns(end=_next("subject"))

    def first_enabled(self, item: Item) -> pl.DataFrame:
        """When each device had the item's option for the first time: subject, at."""
        points = self._numbered(self.frames.options.filter(_is_named(item.inputs["option"])))
        return points.filter("enabled").group_by("subject").agg(pl.col("at").min())

    def on_counted_days(self, changes: pl.DataFrame) -> pl.DataFrame:
        """Those on a day that counts and on which the account owns the device, with `day`."""
        dated = changes.with_columns(on=pl.col("at").dt.date())
        held = dated.join(self._owned, on="subject").filter(
            pl.col("on").is_between(pl.col("first_day"), pl.col("last_day"))
        )
        return held.with_columns(day=pl.col("on").dt.day().cast(pl.UInt8))

    @cached_property
    def _statuses(self) -> pl.DataFrame:
        statuses, plans = self._numbered(self.frames.statuses), self._numbered(self.frames.plans)
        cuts = pl.concat([statuses.select("subject", "at"), plans.select("subject", "at")]).unique()
        held = cuts.sort("at")
        for points, value in ((statuses, "status"), (plans, "plan")):
            held = held.join_asof(
                points.select("subject", "at", value).sort("at"),
                on="at",
                by="subject",
                check_sortedness=False,
            )
        spells = held.with_columns(pl.col("plan").cast(WORD), end=_next("subject"))
        return self._within(spells.rename({"at": "start"}))

    def _within(self, spells: pl.DataFrame) -> pl.DataFrame:
        """Cut to the days that count and on which the account owns the device."""
        first, last = _midnight(pl.col("first_day")), _midnight(pl.col("last_day") + _DAY)
        return (
            spells.join(self._owned, on="subject")
            .with_columns(
                start=pl.max_horizontal("start", first), end=pl.min_horizontal("end", last)
            )
            .filter(pl.col("start") < pl.col("end"))
            .drop("first_day", "last_day")
        )

    @cached_property
    def _owned(self) -> pl.DataFrame:
        """The days that count and on which the account owns the device, as runs."""
        if not self.days:
            return self._numbered(self.frames.owned.clear()).select(
                "subject", "first_day", "last_day"
            )
        return (
            self._numbered(self.frames.owned)
            .select(
                "subject",
                pl.max_horizontal("first_day", pl.lit(self.days[0])),
                pl.min_horizontal("last_day", pl.lit(self.days[-1])),
            )
            .filter(pl.col("first_day") <= pl.col("last_day"))
        )

    def _numbered(self, points: pl.DataFrame) -> pl.DataFrame:
        numbers = self.subjects.numbers_of(points)
        return points.drop("account_id", "device_id").with_columns(numbers)

    def _is_kind(self, kind: str) -> pl.Expr:
        if not kind:
            return pl.lit(True)
        return pl.lit(self.subjects.table["kind"] == kind).gather(pl.col("subject"))


def _is_named(option: str) -> pl.Expr:
    return (pl.col("option") == option) | pl.col("option").str.starts_with(f"{option}:")


def _next(*subject: str) -> pl.Expr:
    """The instant of the next change; far away after the last one."""
    never = datetime.combine(date.max, time.min, UTC)
    return pl.col("at").shift(-1).over(subject, order_by="at").fill_null(never)


def _midnight(day: pl.Expr) -> pl.Expr:
    return day.cast(INSTANT)
