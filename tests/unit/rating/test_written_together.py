"""Details that are written out together are, to the digit, those of each account alone."""

from collections.abc import Sequence
from datetime import UTC, datetime

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.rating import canonical, engine, registry
from invoices.rating.detail import Detail, written
from invoices.rating.frames import Frames, Schema, collect
from tests.cases.catalogue import default_tariff

TARIFF = default_tariff("japan")
TAGS = ["{}", '{"site": "north"}', '{"site": "", "floor": "2"}', '{"階": "二"}']
NUMBERS: Schema = {"account_id": pl.Int64, "device_id": pl.Int64}
TEXTS: Schema = {"tags": pl.String, "status": pl.String}

sims = st.tuples(st.sampled_from(TAGS), st.sampled_from(["active", "none"]))
customers = st.lists(st.lists(sims, max_size=3), min_size=1, max_size=5)


def frames_of(fleets: Sequence[Sequence[tuple[str, str]]]) -> Frames:
    """SIMs by customer, with their tags and the status that they have all month."""
    rows = [
        (account, 10 * account + place, *sim)
        for account, fleet in enumerate(fleets, start=1)
        for place, sim in enumerate(fleet)
    ]
    devices = pl.DataFrame(rows, schema={**NUMBERS, **TEXTS}, orient="row")
    first, last = pl.lit(TARIFF.month.first_day), pl.lit(TARIFF.month.last_day)
    labels = {"kind": pl.lit("subscriber"), "group": pl.lit("")}
    since = pl.lit(datetime(2026, 1, 1, tzinfo=UTC)).alias("at")
    return collect(
        statuses=devices.with_columns(since),
        plans=devices.with_columns(since, plan=pl.lit("plan-D")),
        owned=devices.with_columns(first_day=first, last_day=last),
        devices=devices.with_columns(key=pl.col("device_id").cast(pl.String), **labels),
    )


def details(fleets: Sequence[Sequence[tuple[str, str]]]) -> list[Detail]:
    rules, days = registry.in_force(TARIFF.month), TARIFF.month.days
    rated = engine.rate(frames_of(fleets), tariff=TARIFF, days=days, rules=rules)
    assert not rated.problems
    return [Detail(rated.charges.of(number)) for number in range(1, len(fleets) + 1)]


@settings(max_examples=40)
@given(customers)
def test_together_or_alone_a_detail_is_the_same(fleets: list[list[tuple[str, str]]]) -> None:
    for detail, together in zip(details(fleets), written(details(fleets)), strict=True):
        alone = pl.concat(detail.blocks())
        assert together.table.equals(alone)
        assert together.digest == detail.digest == canonical.digest(alone)


def tags(*fleet: tuple[str, str]) -> list[str]:
    columns = details([fleet])[0].table.columns
    return columns[columns.index("group") + 1 :]


def test_tags_of_devices_without_charges_have_no_column() -> None:
    assert tags((TAGS[1], "active"), (TAGS[3], "none")) == ["tag:site"]
    assert tags((TAGS[2], "active"), (TAGS[3], "active")) == ["tag:floor", "tag:site", "tag:階"]
