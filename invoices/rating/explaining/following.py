"""Lines that follow from other lines: what they looked at, and the steps from that to a quantity.

Each maker yields one (facts, steps, unit price, price key) for every line that the item can have
with this subject and name.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl

from billing_portal.common.money import divide, exact
from invoices.rating.derived import plans_used_on
from invoices.rating.explaining import written
from invoices.rating.explaining.counting import contracts_of
from invoices.rating.explaining.rebuilt import Charged, Rebuilt
from invoices.rating.explaining.written import Content, number
from invoices.rating.tariff import Item


@dataclass(frozen=True, slots=True)
class Found:
    """One line that an item comes to, as it can be explained."""

    facts: Content
    steps: list[Content]
    unit_price: Decimal
    price: str

    @property
    def quantity(self) -> str:
        return str(self.steps[-1]["quantity"])


WHOLE = frozenset({"volume_discount", "long_term_discount", "coupon"})
"""Rules that count the charges of all devices together."""


@dataclass(frozen=True)
class Following:
    """An item whose lines follow from others: what it looks at."""

    rebuilt: Rebuilt
    item: Item
    subject: int
    name: str
    charged: Charged

    @property
    def inputs(self) -> Any:
        return self.item.inputs

    @cached_property
    def rows(self) -> pl.DataFrame:
        """The charges of the device, or of the account with all of its devices: `day`, `position`
        and `quantity`, with `unit_price` (as text), `variant` and `name` of the position.
        """
        told = pl.DataFrame(
            [(p.variant, p.name, number(p.unit_price or 0)) for p in self.charged.positions],
            schema={"variant": pl.String, "name": pl.String, "unit_price": pl.String},
            orient="row",
        )
        rows = self.charged.rows
        if not self.is_whole:
            rows = rows.filter(pl.col("subject") == self.subject)
        summed = rows.group_by("day", "position").agg(pl.col("quantity").cast(pl.Int128).sum())
        ordered = summed.sort("day", "position")
        return pl.concat([ordered, told[ordered["position"]]], how="horizontal")

    @property
    def is_whole(self) -> bool:
        """Whether the charges of all devices count together."""
        return self.item.rule in WHOLE or self.inputs.get("scope") == "account"

    def written(self, rows: pl.DataFrame) -> list[Content]:
        return written.rows(rows.iter_rows(named=True), self.rebuilt.facts.month)


def rounded_up(seen: Following) -> Iterator[Found]:
    for variant in seen.rows["variant"].unique().sort():
        used = seen.rows.filter(pl.col("variant") == variant)
        if seen.item.billing_name(variant) == seen.name:
            yield from _missing(seen, variant, used)


def _missing(seen: Following, variant: str, used: pl.DataFrame) -> Iterator[Found]:
    unit = seen.inputs.get("units", {}).get(variant, seen.inputs.get("unit", 1))
    total = int(used["quantity"].sum())
    missing = -total % unit
    last = used.filter(pl.col("day") == used["day"].max())
    for position in last["position"].unique(maintain_order=True) if missing else ():
        base = seen.charged.positions[position]
        facts = {
            "used": seen.written(used.select("day", "name", "unit_price", "quantity")),
            "last_day": written.day(seen.rebuilt.facts.month, last["day"][0]),
        }
        step = {
            "step": "rounded_up",
            "used": number(total),
            "unit": number(unit),
            "quantity": number(missing),
        }
        yield Found(facts, [step], base.unit_price or Decimal(0), base.price)


def free_tier(seen: Following) -> Iterator[Found]:
    """One for each price, of each plan if plans have allowances of their own."""
    if "allowances" not in seen.inputs:
        yield from _freed(seen, seen.rows, {}, seen.inputs["allowance"])
        return
    rows = seen.rows.with_columns(plan=_plans(seen))
    for plan in rows["plan"].unique().sort():
        used = rows.filter(pl.col("plan") == plan)
        yield from _freed(seen, used, {"plan": plan}, _allowance(seen, plan))


def _plans(seen: Following) -> pl.Series:
    """The plan on which each row was used, none as an empty text."""
    number = seen.rebuilt.facts.subjects.numbered["subject"].dtype
    rows = seen.rows.select("day", subject=pl.lit(seen.subject, dtype=number))
    return plans_used_on(rows, seen.rebuilt.facts).cast(pl.String).fill_null("")


def _allowance(seen: Following, plan: str) -> int:
    return int(seen.inputs["allowances"].get(plan, seen.inputs.get("allowance", 0)))


def _freed(seen: Following, used: pl.DataFrame, plan: Content, allowance: int) -> Iterator[Found]:
    by_price = _dearest_first(used, ["unit_price"])
    before = 0
    for unit_price, quantity in by_price.select("unit_price", "quantity").iter_rows():
        free = min(quantity, allowance - before)
        if free > 0:
            step = {
                "step": "free_tier",
                "allowance": number(allowance),
                "dearer": number(before),
                "used": number(quantity),
                "quantity": number(free),
            }
            facts = plan | {"charges": seen.written(by_price.select("unit_price", "quantity"))}
            yield Found(facts, [step], Decimal(unit_price).copy_negate(), "")
        before += quantity


def _dearest_first(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Quantities by price, without what costs nothing."""
    summed = rows.filter(pl.col("unit_price") != "0").group_by(keys).agg(pl.col("quantity").sum())
    ranks = {text: Decimal(text) for text in summed["unit_price"].unique()}
    order = {text: place for place, text in enumerate(sorted(ranks, key=lambda t: -ranks[t]))}
    rank = pl.col("unit_price").replace_strict(order, return_dtype=pl.Int64)
    others = [key for key in keys if key != "unit_price"]
    return summed.sort(*others, rank)


def volume_discount(seen: Following) -> Iterator[Found]:
    borders = seen.inputs["borders"]
    for border in borders:
        keys = _together(seen.inputs)
        rows = seen.rows
        if "variant" in border:
            rows = rows.filter(pl.col("variant") == border["variant"])
        summed = rows.group_by(keys).agg(pl.col("quantity").sum()) if keys else _one(rows)
        ends = [
            other["above"]
            for other in borders
            if other.get("variant") == border.get("variant") and other["above"] > border["above"]
        ]
        top = min(ends) if ends else None
        yield from _above(seen, border, top, summed.sort(keys) if keys else summed)


def _together(inputs: Any) -> list[str]:
    keys = ["day"] if inputs["period"] == "day" else []
    return [*keys, "variant"] if inputs.get("by") == "variant" else keys


def _one(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.col("quantity").sum())


def _above(seen: Following, border: Any, top: int | None, summed: pl.DataFrame) -> Iterator[Found]:
    above = sum(
        max(0, (quantity if top is None else min(quantity, top)) - border["above"])
        for quantity in summed["quantity"]
    )
    if above:
        less = divide(exact(border["less"]), Decimal(border.get("per", 1)))
        step = {
            "step": "volume_discount",
            "above": number(border["above"]),
            "up_to": None if top is None else number(top),
            "less": number(exact(border["less"])),
            "per": number(border.get("per", 1)),
            "quantity": number(above),
        }
        yield Found({"together": seen.written(summed)}, [step], less.copy_negate(), "")


def long_term_discount(seen: Following) -> Iterator[Found]:
    contracts = contracts_of(seen.rebuilt.facts, seen.inputs["contract"])
    pool = sum(int(contract["units"]) for contract in contracts)
    by_day = _dearest_first(seen.rows, ["day", "unit_price"]).with_columns(
        dearer=pl.col("quantity").cum_sum().over("day") - pl.col("quantity")
    )
    for unit_price in by_day["unit_price"].unique().sort():
        days = by_day.filter(pl.col("unit_price") == unit_price)
        taken = sum(
            min(quantity, max(0, pool - dearer))
            for quantity, dearer in days.select("quantity", "dearer").iter_rows()
        )
        if taken:
            step = {
                "step": "long_term_discount",
                "pool": number(pool),
                "quantity": number(taken),
            }
            facts = {
                "contracts": contracts,
                "days": seen.written(days.select("day", "dearer", "quantity")),
            }
            yield Found(facts, [step], Decimal(unit_price).copy_negate(), "")


FOLLOWING: dict[str, Callable[[Following], Iterator[Found]]] = {
    "rounded_up": rounded_up,
    "free_tier": free_tier,
    "volume_discount": volume_discount,
    "long_term_discount": long_term_discount,
}
"""By rule: the lines that follow from other lines."""
