"""What goes into rating and what comes out of it: columnar tables and their columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any

import polars as pl

from billing_portal.common.money import PLACES
from invoices.rating.parted import Parted

# Exact decimals: 24 places and 14 digits for prices and amounts; whole numbers of any length that
# sums of 2^63 - 1 can reach for quantities. A product of the two is exact or raises.
AMOUNT = pl.Decimal(38, PLACES)
QUANTITY = pl.Decimal(38, 0)
LARGE = 50_000
"""Rows from which on a table is worth a faster way to sort it."""

ROW_GROUP = 20_000
"""Rows that a reader of a file takes at once, so that it needs little memory."""

INSTANT = pl.Datetime("us", "UTC")
WORD = pl.Categorical
"""A text of which millions of rows have a few: four bytes each."""

Table = pl.DataFrame
"""A table, for those who hand it on without looking into it."""

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

_SUBJECT: dict[str, pl.DataType | type[pl.DataType]] = {
    "account_id": pl.Int64,
    "device_id": pl.Int64,
}
USAGE: Schema = MappingProxyType(
    _SUBJECT | {"day": pl.Date, "meter": WORD, "variant": WORD, "quantity": QUANTITY}
)
STATUSES: Schema = MappingProxyType(_SUBJECT | {"at": INSTANT, "status": pl.String})
PLANS: Schema = MappingProxyType(_SUBJECT | {"at": INSTANT, "plan": pl.String})
OPTIONS: Schema = MappingProxyType(
    _SUBJECT | {"at": INSTANT, "option": pl.String, "enabled": pl.Boolean}
)
OWNED: Schema = MappingProxyType(_SUBJECT | {"first_day": pl.Date, "last_day": pl.Date})
DEVICES: Schema = MappingProxyType(
    _SUBJECT | {"kind": pl.String, "key": pl.String, "group": pl.String, "tags": pl.String}
)
CONTRACTS: Schema = MappingProxyType(
    {
        "account_id": pl.Int64,
        "code": pl.String,
        "units": pl.Int64,
        "first_day": pl.Date,
        "last_day": pl.Date,
    }
)
COUPONS: Schema = MappingProxyType(
    {
        "account_id": pl.Int64,
        "code": pl.String,
        "item": pl.String,
        "balance": AMOUNT,
        "purchased": pl.String,
        "expires": pl.String,
    }
)
DELTAS: Schema = MappingProxyType(
    {
        "account_id": pl.Int64,
        "kind": pl.String,
        "device": pl.String,
        "date": pl.String,
        "name": pl.String,
        "unit_price": AMOUNT,
        "quantity": QUANTITY,
        "code": pl.String,
        "category": pl.String,
        "unit": pl.String,
        "tax_category": pl.String,
        "tax_date": pl.Date,
        "rule": pl.String,
        "price": pl.String,
        "group": pl.String,
        "tags": pl.String,
    }
)
LINES: Schema = MappingProxyType(
    _SUBJECT
    | {
        "kind": pl.String,
        "device": pl.String,
        "date": pl.String,
        "name": pl.String,
        "unit_price": AMOUNT,
        "quantity": QUANTITY,
        "amount": AMOUNT,
        "code": pl.String,
        "category": pl.String,
        "unit": pl.String,
        "tax_category": pl.String,
        "tax_date": pl.Date,
        "rule": pl.String,
        "price": pl.String,
    }
)


def empty(schema: Schema) -> pl.DataFrame:
    return pl.DataFrame(schema=dict(schema))


def of_rows(rows: Sequence[Sequence[Any]], schema: Schema) -> pl.DataFrame:
    """A table of rows; amounts come as text: Polars drops digits of a Decimal on its way in."""
    texts = {name: pl.String if kind == AMOUNT else kind for name, kind in schema.items()}
    return shaped(pl.DataFrame(rows, schema=texts, orient="row"), schema)


def shaped(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of a schema in their order and types; anything else is dropped."""
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items())


def in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """The total order of a table: by its columns from left to right, nothing last."""
    if frame.height < LARGE or frame.columns != list(USAGE):
        return frame.sort(pl.all(), nulls_last=True)
    # By ranks that are packed into one number: ten times as fast, and 64 bits are room enough.
    key = pl.lit(0, dtype=pl.UInt64)
    for names in (["account_id", "device_id"], ["day"], ["meter"], ["variant"]):
        key = key * frame.select(names).n_unique() + _ranks(frame, names)
    order = frame.select(key=key, quantity="quantity").with_row_index("row")
    order = order.sort("key")
    if (order["key"].diff() == 0).any():
        order = order.sort("key", "quantity")
    return frame[order["row"]]


def _ranks(frame: pl.DataFrame, names: list[str]) -> pl.Series:
    """The place of each row among the different values of some columns."""
    values = frame.select(names).unique().sort(pl.all(), nulls_last=True)
    ranked = values.with_columns(rank=pl.int_range(pl.len(), dtype=pl.UInt64))
    joined = frame.select(names).join(
        ranked, on=names, how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["rank"]


def written(frame: pl.DataFrame) -> pl.DataFrame:
    """A table with its words written out: the form in which it is kept."""
    return frame.with_columns(pl.col(WORD).cast(pl.String))


@dataclass(frozen=True)
class Frames:
    """The facts of some accounts in one month and coverage, every row with its billing account.

    `owned` holds the days that a device belongs to the account, `devices` its labels as of the end
    of the month; the histories reach back to the first point of each device. `contracts` say by
    first and last day for which calendar months they count; those of a bill end with its month.
    `coupons` hold what was left of each when the month opened, and two months, `yyyy-MM`. `deltas`
    are lines that do not follow from facts of this month: what corrects closed months, and credit
    that is carried (invoices/rating/deltas.py).
    """

    usage: pl.DataFrame
    statuses: pl.DataFrame
    plans: pl.DataFrame
    options: pl.DataFrame
    owned: pl.DataFrame
    devices: pl.DataFrame
    contracts: pl.DataFrame
    coupons: pl.DataFrame
    deltas: pl.DataFrame

    def of(self, account_id: int) -> "Frames":
        """The facts of one account, each table in its total order."""
        return Frames(**{name: table.of(account_id) for name, table in self._parted.items()})

    def texts_of(self, account_id: int) -> dict[str, str]:
        """The canonical texts of these tables, but for those that are large."""
        found = {name: table.text_of(account_id) for name, table in self._parted.items()}
        return {name: text for name, text in found.items() if text is not None}

    @cached_property
    def _parted(self) -> dict[str, Parted]:
        return {name: Parted(in_order(getattr(self, name))) for name in SCHEMAS}


SCHEMAS: dict[str, Schema] = {
    "usage": USAGE,
    "statuses": STATUSES,
    "plans": PLANS,
    "options": OPTIONS,
    "owned": OWNED,
    "devices": DEVICES,
    "contracts": CONTRACTS,
    "coupons": COUPONS,
    "deltas": DELTAS,
}
LATER = frozenset({"contracts", "coupons", "deltas"})
"""Tables that the first bundles had not. An empty one is left out, so that those stay whole."""
if set(SCHEMAS) != {part.name for part in fields(Frames)}:
    raise TypeError("Each frame needs a schema.")


def collect(**tables: pl.DataFrame) -> Frames:
    """Frames of any tables; one that is missing, or has no columns, is empty."""
    given = {name: table for name, table in tables.items() if table.width}
    return Frames(
        **{
            name: shaped(given[name], schema) if name in given else empty(schema)
            for name, schema in SCHEMAS.items()
        }
    )
