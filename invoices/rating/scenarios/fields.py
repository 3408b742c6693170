"""The fields of a scenario. docs/rating.md describes each of them."""

from collections.abc import Mapping

from invoices.rating.scenarios.nodes import Keys
from invoices.rating.vocabulary import QuantityRule

ACCOUNT = 1
"""The number of the one account that a scenario is about."""

FIELDS: Mapping[str, Keys] = {
    "scenario": Keys(
        ("month", "coverage"),
        (
            *("through", "country", "catalogue", "items", "prices", "devices", "contracts"),
            *("coupons", "usage", "shows", "says", "expect"),
        ),
    ),
    "items": Keys(
        ("code", "rule"),
        ("name", "inputs", "device_kind", "category", "unit", "tax_category", "one_off"),
    ),
    "prices": Keys(("item",), ("plan", "variant", "since", "kind", "price", "per", "tiers")),
    "prices.tiers": Keys(("price",), ("up_to", "per")),
    "devices": Keys(("id",), ("kind", "statuses", "plans", "options", "tags", "group")),
    "contracts": Keys(("item", "units", "since")),
    "coupons": Keys(("code", "item", "balance", "purchased"), ("expires",)),
    "usage": Keys(("day", "meter", "quantity"), ("device", "variant")),
    "expect": Keys(
        (), ("net", "preliminary", "items", "lines", "tax_dates", "problems", "refused")
    ),
}

_PLANS = ("plans", "except_plans")
INPUTS: Mapping[str, Keys] = {
    QuantityRule.SUM: Keys(("meters",), _PLANS),
    QuantityRule.DAYS_IN_STATUS: Keys(("statuses",), _PLANS),
    QuantityRule.DAYS_WITH_OPTION: Keys(("option",), _PLANS),
    QuantityRule.MONTHS_IN_STATUS: Keys(("statuses",), _PLANS),
    QuantityRule.YEARS_IN_STATUS: Keys(("statuses",), ("ready_plans", *_PLANS)),
    QuantityRule.TRANSITION: Keys(("to",), ("from", *_PLANS)),
    QuantityRule.ONCE_CREATED: Keys((), _PLANS),
    QuantityRule.HOURS_RUNNING: Keys((), ("statuses", "option", *_PLANS)),
    QuantityRule.ANY_IN_MONTH: Keys((), ("meters", "option", "per", "month", *_PLANS)),
    QuantityRule.FIRST_UNIT: Keys(("statuses",), _PLANS),
    QuantityRule.ADDITIONAL_UNIT: Keys(("statuses",), _PLANS),
    QuantityRule.PACKS: Keys(("meters",), _PLANS),
    QuantityRule.ABOVE_ALLOWANCE: Keys(("meters", "allowance", "period", "scope"), _PLANS),
    QuantityRule.PEAK_ACTIVE: Keys(("statuses",), _PLANS),
    QuantityRule.DISTINCT_ACTIVE: Keys(("statuses",), _PLANS),
    QuantityRule.CONTRACT_UNITS: Keys(),
    QuantityRule.ROUNDED_UP: Keys(("items",), ("unit", "units")),
    QuantityRule.FREE_TIER: Keys(("items", "scope"), ("allowance", "allowances")),
    QuantityRule.VOLUME_DISCOUNT: Keys(("items", "period", "borders"), ("by",)),
    QuantityRule.LONG_TERM_DISCOUNT: Keys(("items", "contract")),
    QuantityRule.COUPON: Keys((), ("items",)),
}
"""What each rule takes as `inputs`."""

BORDER = Keys(("above", "less"), ("per", "variant"))

ONE_OF: Mapping[str, tuple[str, str]] = {
    QuantityRule.HOURS_RUNNING: ("statuses", "option"),
    QuantityRule.ANY_IN_MONTH: ("meters", "option"),
}
"""Inputs of which a rule has exactly one."""
