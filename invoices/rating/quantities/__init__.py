"""Quantity rules: how much of an item the facts of a month come to. One module for each rule.

Every rule has the shape `(item, facts) -> QUANTITIES` and is looked up by its name in the registry.
"""

from invoices.rating.quantities import days_in_status, days_with_option, usage_sum

__all__ = ["days_in_status", "days_with_option", "usage_sum"]
