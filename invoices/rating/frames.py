"""What goes into rating and what comes out of it: columnar tables and their columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from types import MappingProxyType

import polars as pl

from billing_portal.common.money import PLACES

# Exact decimals: 24 places and 14 digits for prices and amounts; whole numbers of any length that
# sums of 2^63 - 1 can reach for quantities. A product of the two is exact or raises.
AMOUNT = pl.Decimal(38, PLACES)
QUANTITY = pl.Decimal(38, 0)
INSTANT = pl.Datetime("us", "UTC")

Table = pl.DataFrame
"""A table, for those who hand it on without looking into it."""

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

_SUBJECT: dict[str, pl.DataType | type[pl.DataType]] = {
    "account_id": pl.Int64,
    "device_id": pl.Int64,
}
USAGE: Schema = MappingProxyType(
    _SUBJECT | {"day": pl.Date, "meter": pl.String, "variant": pl.String, "quantity": QUANTITY}
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
QUANTITIES: Schema = MappingProxyType(
    _SUBJECT
    | {
        "day": pl.Date,
        "code": pl.String,
        "variant": pl.String,
        "plan": pl.String,
        "quantity": QUANTITY,
        "rule": pl.String,
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


def shaped(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of a schema in their order and types; anything else is dropped."""
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items())


def gather(frames: Iterable[pl.DataFrame], schema: Schema) -> pl.DataFrame:
    return pl.concat([empty(schema), *(shaped(frame, schema) for frame in frames)])


@dataclass(frozen=True)
class Frames:
    """The facts of some accounts in one month and coverage, every row with its billing account.

    `owned` holds the days that a device belongs to the account, `devices` its labels as of the end
    of the month; the histories reach back to the first point of each device.
    """

    usage: pl.DataFrame
    statuses: pl.DataFrame
    plans: pl.DataFrame
    options: pl.DataFrame
    owned: pl.DataFrame
    devices: pl.DataFrame

    def of(self, account_id: int) -> "Frames":
        """The facts of one account, each table in its total order."""
        return Frames(
            **{
                name: parts.get((account_id,), empty(SCHEMAS[name]))
                for name, parts in self._parts.items()
            }
        )

    @cached_property
    def _parts(self) -> dict[str, dict[tuple[object, ...], pl.DataFrame]]:
        return {
            name: getattr(self, name)
            .sort(pl.all(), nulls_last=True)
            .partition_by("account_id", as_dict=True)
            for name in SCHEMAS
        }


SCHEMAS: dict[str, Schema] = {
    "usage": USAGE,
    "statuses": STATUSES,
    "plans": PLANS,
    "options": OPTIONS,
    "owned": OWNED,
    "devices": DEVICES,
}
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
