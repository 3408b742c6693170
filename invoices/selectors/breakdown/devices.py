"""A bill by device: all of them, or those that carry an item, a tag, a group, a text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from invoices.models import Bill
from invoices.rating.bundle import TAG
from invoices.selectors.breakdown import kept
from invoices.selectors.breakdown.rows import Rows
from usage.models import Device

NAMED_AT_MOST = 5_000
"""How many devices are looked up by their name; who searches so broadly wants their tags."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which devices of a bill, and of what: everything that is not None must hold.

    `text` is looked for in ids, names, groups and tags. With `item`, amounts are of that item only.
    An empty `group` or `value` asks for devices without group or without that tag.
    """

    text: str = ""
    item: str = ""
    group: str | None = None
    tag: str = ""
    value: str | None = None

    @property
    def narrows(self) -> bool:
        """Say whether lines of no device are left out, because they have no id, tag or group."""
        return bool(self.text or self.group is not None or self.value is not None)


@dataclass(frozen=True, slots=True)
class DeviceShare:
    """What one device comes to. `key` is empty for the lines that are of no device."""

    kind: str
    key: str
    lines: int
    quantity: Decimal
    amount: Decimal
    group: str
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DeviceShares:
    """The devices that were asked for, with what they come to together."""

    rows: Rows[DeviceShare]
    devices: int
    lines: int
    quantity: Decimal
    amount: Decimal
    tag_names: Sequence[str]


def devices(bill: Bill, *, wanted: Wanted) -> DeviceShares:
    """The bill by device, the dearest first. Without a filter the sum is the net, to the digit."""
    frame = kept.totals(bill)
    labels = kept.labels(frame.columns)
    chosen = frame.filter(_chosen(wanted, labels)).group_by(*kept.DEVICE)
    shares = chosen.agg(
        pl.col("lines", "quantity", "amount").sum(), pl.col(labels).first(), pl.col("row").min()
    )
    totals = shares.select(pl.col("lines", "quantity", "amount").sum()).row(0)
    return DeviceShares(
        rows=Rows(shares, _share, tie=("row",)).order_by("-amount"),
        devices=shares.filter(pl.col("device") != "").height,
        lines=int(totals[0]),
        quantity=totals[1],
        amount=totals[2],
        tag_names=kept.tag_names(frame.columns),
    )


def dearest(bill: Bill, *, kind: str, limit: int) -> list[DeviceShare]:
    """The devices of one kind that cost most, the dearest first."""
    frame = kept.totals(bill, ("kind", "device", "row", "lines", "quantity", "amount"))
    chosen = frame.filter(pl.col("kind") == kind).group_by(*kept.DEVICE)
    sums = chosen.agg(pl.col("lines", "quantity", "amount").sum(), pl.col("row").min())
    return Rows(sums, _share, tie=("row",)).order_by("-amount")[:limit]


def device_names(keys: Iterable[str]) -> dict[str, str]:
    """The names that these devices have at present, by id."""
    named = Device.objects.filter(key__in=list(keys)).exclude(name="")
    return dict(named.values_list("key", "name"))


def _chosen(wanted: Wanted, labels: list[str]) -> pl.Expr:
    conditions = [pl.lit(True)]
    if wanted.item:
        conditions.append(pl.col("name") == wanted.item)
    if wanted.narrows:
        conditions.append(pl.col("device") != "")
    if wanted.group is not None:
        conditions.append(_label(kept.GROUP, labels) == wanted.group)
    if wanted.tag and wanted.value is not None:
        conditions.append(_label(TAG + wanted.tag, labels) == wanted.value)
    if wanted.text:
        conditions.append(_text(wanted.text, labels))
    return pl.all_horizontal(conditions)


def _label(column: str, labels: list[str]) -> pl.Expr:
    """A label; nobody carries one that the bill does not know."""
    return pl.col(column) if column in labels else pl.lit("")


def _text(text: str, labels: list[str]) -> pl.Expr:
    """Whether the text is in the id, the present name, the group or a tag, in any letters."""
    named = Device.objects.filter(name__icontains=text).values_list("key", flat=True)
    wanted = text.lower()
    columns = [
        pl.col(column).str.to_lowercase().str.contains(wanted, literal=True)
        for column in ("device", *labels)
    ]
    return pl.any_horizontal(
        *columns, pl.col("device").is_in(list(named.order_by("key")[:NAMED_AT_MOST]))
    )


def _share(row: Mapping[str, Any]) -> DeviceShare:
    return DeviceShare(
        kind=row["kind"],
        key=row["device"],
        lines=row["lines"],
        quantity=row["quantity"],
        amount=row["amount"],
        group=row.get(kept.GROUP, ""),
        tags={
            name.removeprefix(TAG): text
            for name, text in row.items()
            if name.startswith(TAG) and text
        },
    )
