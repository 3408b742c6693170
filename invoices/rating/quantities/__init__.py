"""Quantity rules: how much of an item the facts of a month come to. One module for each thought.

Every rule has the shape `(item, facts) -> rows` and is looked up by its name in the registry. Rows
have `subject` and `day` (0: the whole month), and, where it is not told by these, `variant` (none),
`quantity` (1), `plan`, `priced_on` (the day whose price holds) and `taxed_on` (the day whose tax
rate does, the last of the month).
"""

from invoices.rating.quantities import (
    above_allowance,
    active_devices,
    any_in_month,
    days_in_status,
    days_with_option,
    hours_running,
    months_in_status,
    once_created,
    packs,
    transition,
    units,
    usage_sum,
    years_in_status,
)

__all__ = [
    "above_allowance",
    "active_devices",
    "any_in_month",
    "days_in_status",
    "days_with_option",
    "hours_running",
    "months_in_status",
    "once_created",
    "packs",
    "transition",
    "units",
    "usage_sum",
    "years_in_status",
]
