"""Usage that no item counts: it would be given away in silence (design.md §4.10)."""

from collections.abc import Iterator, Sequence

import polars as pl

from invoices.rating.facts import Facts
from invoices.rating.problems import Problem
from invoices.rating.tariff import Item, Tariff


def unbilled(facts: Facts, tariff: Tariff) -> Iterator[tuple[int, Problem]]:
    """The meters of each account that no item counts, at all or on the plan of the device."""
    by_meter: dict[str, list[Item]] = {}
    for item in tariff.items:
        for meter in item.inputs.get("meters", ()):
            by_meter.setdefault(meter, []).append(item)
    yield from _unknown(facts, tariff.coverage, by_meter)
    for meter in sorted(facts.meters & by_meter.keys()):
        items = by_meter[meter]
        if any(not any(item.takes(plan) for item in items) for plan in facts.plans):
            yield from _without_plan(facts, tariff.coverage, meter, items)


def _unknown(
    facts: Facts, coverage: str, by_meter: dict[str, list[Item]]
) -> Iterator[tuple[int, Problem]]:
    usage = facts.frames.usage
    used = usage["meter"].unique().cast(pl.String)
    unknown = used.filter(~used.is_in(list(by_meter))).to_list()
    if unknown:
        found = usage.select("account_id", pl.col("meter").cast(pl.String)).unique()
        missed = found.filter(pl.col("meter").is_in(unknown)).sort(pl.all())
        for account_id, meter in missed.iter_rows():
            yield account_id, _problem(coverage, f"the meter {meter}")


def _without_plan(
    facts: Facts, coverage: str, meter: str, items: Sequence[Item]
) -> Iterator[tuple[int, Problem]]:
    used = facts.usage_of([meter]).filter(pl.col("quantity") > 0)
    account = facts.subjects.table["account_id"].gather(used["subject"])
    plans = pl.DataFrame([account, facts.plan_of(used).cast(pl.String)]).unique()
    for account_id, plan in plans.sort(pl.all()).iter_rows():
        if not any(item.takes(plan) for item in items):
            on = f"on plan {plan}" if plan else "without a plan"
            yield account_id, _problem(coverage, f"the meter {meter} {on}")


def _problem(coverage: str, what: str) -> Problem:
    return Problem(
        what=f"No billing item of coverage {coverage} counts {what}.",
        remedy="Add an item with this meter to the catalogue, then retry.",
    )
