"""What a bill is made of, beyond its sums by item and by day: taken from its detail file."""

from invoices.selectors.breakdown.details import read, scanned
from invoices.selectors.breakdown.devices import (
    DeviceShare,
    DeviceShares,
    Wanted,
    dearest,
    device_names,
    devices,
)
from invoices.selectors.breakdown.labels import LabelShare, LabelShares, by_group, by_tag, tag_names
from invoices.selectors.breakdown.lines import Line, Lines, Where, by_day, by_item, lines
from invoices.selectors.breakdown.rows import Rows

__all__ = [
    "DeviceShare",
    "DeviceShares",
    "LabelShare",
    "LabelShares",
    "Line",
    "Lines",
    "Rows",
    "Wanted",
    "Where",
    "by_day",
    "by_group",
    "by_item",
    "by_tag",
    "dearest",
    "device_names",
    "devices",
    "lines",
    "read",
    "scanned",
    "tag_names",
]
