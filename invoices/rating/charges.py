"""The charges of a month: narrow rows, their subjects and positions; wide lines on demand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from billing_portal.common.periods import Month
from invoices.rating.frames import LINES, QUANTITY, shaped
from invoices.rating.registry import RuleSet, rule
from invoices.rating.subjects import NUMBER, OWNER, Subjects


@rule("amount")
def amount(unit_price: pl.Expr, quantity: pl.Expr) -> pl.Expr:
    """Unit price × quantity, not rounded; 10^14 or more raises.

    A quantity may stand for many charges of one price, so every version is linear in it.
    """
    return unit_price * quantity


def with_amounts(rows: pl.DataFrame, rules: RuleSet) -> pl.DataFrame:
    """Rows that have `unit_price` and `quantity`, with their exact `amount`."""
    quantity = pl.col("quantity").cast(QUANTITY)
    return rows.with_columns(
        quantity, amount=rules["amount"].function(pl.col("unit_price"), quantity)
    )


@dataclass(frozen=True)
class Charges:
    """`rows`: subject, day, position, quantity, in the total order of a detail file.

    `positions` and the table of the subjects say what the numbers stand for.
    """

    rows: pl.DataFrame
    subjects: Subjects
    positions: pl.DataFrame
    month: Month
    rules: RuleSet

    def of(self, account_id: int) -> "Charges":
        """Those of one account: a slice, since the rows stand account by account."""
        return self._part(*self._spans.get(account_id, (0, 0)))

    def slices(self, size: int) -> Iterator["Charges"]:
        """The charges in order, so many at once; at least one slice, even if nothing is in it."""
        for start in range(0, max(1, self.rows.height), size):
            yield self._part(start, start + size)

    @property
    def lines(self) -> pl.DataFrame:
        """The charges as they are kept: two hundred bytes each."""
        subjects = self.subjects.table.select(*OWNER, "kind", device="key")
        bearers = subjects[self.rows["subject"]]
        positions = self.positions[self.rows["position"]]
        dates = self.dates.gather(self.rows["day"])
        quantities = self.rows.select("quantity", dates)
        written = pl.concat([bearers, positions, quantities], how="horizontal")
        return shaped(with_amounts(written, self.rules), LINES)

    @cached_property
    def _spans(self) -> dict[int, tuple[int, int]]:
        """The first row of each account, and the first one after it."""
        subject, spans = self.rows["subject"], self.subjects.spans
        firsts, lasts = (
            pl.Series([span[end] for span in spans.values()], dtype=NUMBER) for end in (0, 1)
        )
        starts, ends = subject.search_sorted(firsts), subject.search_sorted(lasts, side="right")
        return dict(zip(spans, zip(starts, ends, strict=True), strict=True))

    def _part(self, start: int, end: int) -> "Charges":
        return replace(self, rows=self.rows[start:end])

    @property
    def dates(self) -> pl.Series:
        """What stands as the date of a charge, by day of the month (rules.md Q8)."""
        days = [day.strftime("%Y%m%d") for day in self.month.days]
        return pl.Series("date", [self.month.compact, *days])
