"""The fields of a scenario. docs/rating.md describes each of them."""

from collections.abc import Mapping

from invoices.rating.scenarios.nodes import Keys

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

BORDER = Keys(("above", "less"), ("per", "variant"))
