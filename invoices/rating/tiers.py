"""Prices in tiers: `graduated`, `volume` and `package` (rules.md Q12, Q18, Q19).

Units are counted for each account, item, variant and price row over the month. Charges of such a
price come in with their quantities and leave with the unit prices of their tiers.
"""

from dataclasses import dataclass

import polars as pl

from billing_portal.common.periods import Month
from invoices.rating import positions
from invoices.rating.facts import DAY, WHOLE_MONTH
from invoices.rating.positions import Position, Positions
from invoices.rating.registry import RuleSet, rule
from invoices.rating.subjects import Subjects
from invoices.rating.tariff import Price

ORDER = ["account", "day", "subject"]
"""Units are counted by date, then by device."""


@rule("graduated")
def graduated(units: pl.DataFrame, price: Price) -> pl.DataFrame:
    """Each unit bears the price of the tier that it falls into; `up_to` is inclusive (Q19).

    Adds `tier`; a charge that crosses a border is split there. "The first one is free" is a first
    tier at 0 (Q18).
    """
    through = pl.col("quantity").cum_sum().over("account", order_by=["day", "subject"])
    before = through - pl.col("quantity")
    parts, start = [], 0
    for number, (up_to, _unit_price) in enumerate(price.tiers):
        end = through if up_to is None else pl.min_horizontal(through, pl.lit(up_to))
        inside = end - pl.max_horizontal(before, pl.lit(start))
        parts.append(units.with_columns(quantity=inside, tier=pl.lit(number)))
        start = up_to or start
    return pl.concat(parts).filter(pl.col("quantity") > 0)


@rule("volume")
def volume(units: pl.DataFrame, price: Price) -> pl.DataFrame:
    """All units bear the price of the tier that their sum falls into. Adds `tier`."""
    total = pl.col("quantity").sum().over("account")
    borders = [up_to for up_to, _unit_price in price.tiers if up_to is not None]
    tier = sum(((total > border).cast(pl.Int32) for border in borders), pl.lit(0))
    return units.with_columns(tier=tier)


@rule("package")
def package(units: pl.DataFrame, price: Price) -> pl.DataFrame:
    """Started packages of the account, as a line of the whole month (Q12). Adds `tier`."""
    total = units.group_by("account").agg(pl.col("quantity").sum())
    return total.select(
        "account",
        subject="account",
        day=pl.lit(WHOLE_MONTH, dtype=DAY),
        quantity=(pl.col("quantity") + (price.size - 1)) // price.size,
        tier=pl.lit(0),
    )


@dataclass(frozen=True, slots=True)
class Tiers:
    """Puts the charges of a month into the tiers of their prices."""

    subjects: Subjects
    positions: Positions
    month: Month
    rules: RuleSet

    def applied(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows, those of tiered prices replaced; nothing is looked through without any."""
        tiered = self.positions.tiered
        if not tiered:
            return rows
        used = set(rows["position"].unique())
        parts = [rows.filter(~pl.col("position").is_in(list(tiered)))]
        for number, position in tiered.items():
            if number in used:
                counted = rows.filter(pl.col("position") == number)
                parts.append(self._placed(counted, position).select(rows.columns))
        return pl.concat(part.cast(rows.schema) for part in parts)

    def _placed(self, counted: pl.DataFrame, position: Position) -> pl.DataFrame:
        price = position.tiering
        if price is None:
            raise TypeError(f"{position.name} has no tiers.")
        account = self.subjects.accounts.gather(counted["subject"]).alias("account")
        placed = self.rules[price.kind].function(counted.with_columns(account), price)
        numbers = [
            self.positions.number(position.in_tier(number, unit_price))
            for number, (_up_to, unit_price) in enumerate(price.steps)
        ]
        by_tier = pl.lit(pl.Series(numbers, dtype=positions.NUMBER))
        result: pl.DataFrame = placed.with_columns(position=by_tier.gather(pl.col("tier")))
        return result
