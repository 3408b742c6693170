"""What holds for every fleet, under the whole default catalogue and under random ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import reduce
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_portal.common.money import CONTEXT
from billing_portal.common.periods import Month
from invoices.rating import engine, registry
from invoices.rating.detail import Detail
from invoices.rating.engine import Rated
from invoices.rating.frames import SCHEMAS, Frames, collect
from invoices.rating.scenarios import ACCOUNT, Scenario, read_over
from invoices.rating.totals import NOTHING, Sums
from tests.cases.catalogue import tariff_in
from tests.unit.rating import catalogues, whole_catalogue

Document = dict[str, Any]
FLEETS = {
    "whole catalogue": whole_catalogue.documents(),
    "every rule": catalogues.documents(with_coupons=True),
}
each_kind = pytest.mark.parametrize("kind", FLEETS)
ONE_FLEET = settings(max_examples=10)


def rated(document: Document, **options: bool) -> Rated:
    result = read_over(document, catalogue=tariff_in).rate(**options)
    assert not result.problems
    return result


def sums(result: Rated, account_id: int = ACCOUNT) -> Sums:
    return result.sums.get(account_id, NOTHING)


def digest(result: Rated, account_id: int = ACCOUNT) -> str:
    return Detail(result.charges.of(account_id)).digest


def total(amounts: Iterable[Decimal]) -> Decimal:
    return reduce(CONTEXT.add, amounts, Decimal(0))


@each_kind
@ONE_FLEET
@given(st.data(), st.randoms())
def test_splitting_and_reordering_usage_changes_no_digit(kind: str, data: Any, dice: Any) -> None:
    document = data.draw(FLEETS[kind])
    split = []
    for row in document["usage"]:
        part = dice.randint(0, row["quantity"])
        split += [row | {"quantity": part}, row | {"quantity": row["quantity"] - part}]
    dice.shuffle(split)
    assert digest(rated(document | {"usage": split})) == digest(rated(document))


@each_kind
@ONE_FLEET
@given(st.data())
def test_detail_is_the_sum_by_item_and_by_day_with_the_monthly_lines(kind: str, data: Any) -> None:
    result = rated(data.draw(FLEETS[kind]))
    found = sums(result)
    assert total(result.lines["amount"]) == found.net
    assert total(item.amount for item in found.items) == found.net
    assert total(day.amount for day in found.days) == found.net
    by_date = result.lines.group_by("date").agg(pl.col("amount").sum())
    assert {day.date: day.amount for day in found.days} == dict(by_date.iter_rows())


@ONE_FLEET
@given(FLEETS["whole catalogue"])
def test_free_tiers_discounts_and_coupons_never_turn_a_bill_negative(document: Document) -> None:
    for preliminary in (False, True):
        found = sums(rated(document, preliminary=preliminary))
        assert found.net >= 0
        assert min(left_over(document, found), default=0) >= 0


def left_over(document: Document, found: Sums) -> Iterator[Decimal]:
    """What is left of the charges that each discount takes back from, or each coupon pays."""
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for item in found.items:
        amounts[item.code] = CONTEXT.add(amounts[item.code], item.amount)
    for discount in tariff_in(document["coverage"], Month(2026, 10)).items:
        if discount.category == "discount" and discount.inputs.get("items"):
            yield total(amounts[code] for code in (*discount.inputs["items"], discount.code))


@ONE_FLEET
@given(FLEETS["every rule"])
def test_coupons_pay_no_more_than_there_is(document: Document) -> None:
    """Random discounts may be greater than the prices that they lower."""
    before = sums(rated(document | {"coupons": []})).net
    assert sums(rated(document)).net >= min(before, Decimal(0))


@each_kind
@ONE_FLEET
@given(st.data())
def test_another_shard_changes_no_digit(kind: str, data: Any) -> None:
    """Rated with others, an account has the lines and sums that it has alone."""
    first = data.draw(FLEETS[kind])
    shared = {name: first[name] for name in first if name in ("items", "prices", "catalogue")}
    fixed = shared | {name: first[name] for name in ("month", "coverage")}
    second = data.draw(FLEETS[kind]) | fixed | {"through": first.get("through", "2027-12-31")}
    if kind == "whole catalogue":
        second = data.draw(whole_catalogue.documents(coverage=first["coverage"]))
    one, other = (read_over(each, catalogue=tariff_in) for each in (first, second))
    both = _rate(one, _together(_moved(one.frames, 7), _moved(other.frames, 3)))
    for scenario, account_id in ((one, 7), (other, 3)):
        alone = scenario.rate()
        assert digest(both, account_id) == digest(alone)
        assert sums(both, account_id) == sums(alone)
        assert both.uses.get(account_id, []) == alone.uses.get(ACCOUNT, [])


def _rate(scenario: Scenario, frames: Frames) -> Rated:
    rules = registry.in_force(scenario.tariff.month)
    return engine.rate(frames, tariff=scenario.tariff, days=scenario.days, rules=rules)


def _moved(frames: Frames, account_id: int) -> Frames:
    """The same facts as those of another account, with devices of its own."""
    tables = {}
    for name in SCHEMAS:
        table = getattr(frames, name).with_columns(account_id=pl.lit(account_id, dtype=pl.Int64))
        if "device_id" in table.columns:
            table = table.with_columns(pl.col("device_id") + 1000 * account_id)
        tables[name] = table
    return Frames(**tables)


def _together(*frames: Frames) -> Frames:
    return collect(**{name: pl.concat(getattr(each, name) for each in frames) for name in SCHEMAS})


@ONE_FLEET
@given(FLEETS["every rule"])
def test_the_whole_of_the_running_month_is_the_month(document: Document) -> None:
    """The estimate with its one-off charges is the bill, coupons and discounts included (Q31)."""
    once = [row | {"one_off": row["code"] in ("set-up", "days")} for row in document["items"]]
    marked = document | {"items": once}
    bill, estimate = rated(marked), rated(marked, preliminary=True)
    whole = estimate.whole or estimate
    assert (digest(whole), sums(whole)) == (digest(bill), sums(bill))
    assert not {item.code for item in sums(estimate).items} & {"set-up", "days"}
