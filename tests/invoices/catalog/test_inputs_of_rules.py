"""What an item says to its rule: read, held against the rest of the catalogue, or refused."""

from collections.abc import Callable

import pytest

from invoices.models import BillItem, Price
from tests.invoices.catalog.conftest import ITEM, RIGHT, Files, Load

PLANS = RIGHT["plans.csv"] + "vpg-J,japan,vpg\n"


def item(rule: str, *inputs: str, name: str = "x", unit: str = "bytes", more: str = "") -> Files:
    """`upload` and an item `x` of this rule."""
    lines = [
        *("[[item]]", 'code = "x"', f'name = "{name}"', 'category = "discount"'),
        *(f'unit = "{unit}"', 'region = "japan"', f'rule = "{rule}"', *inputs),
    ]
    return {"items.toml": ITEM + "\n".join(lines) + "\n" + more, "plans.csv": PLANS}


REFUSED = [
    (item("any_in_month"), "meters: Write one of these keys: meters, option."),
    (
        item("hours_running", 'statuses = ["active"]', 'option = "a"'),
        "statuses: Write one of these",
    ),
    (
        item("any_in_month", 'meters = ["disk"]', 'month = "first"'),
        "month: Only an option has a fir",
    ),
    (item("any_in_month", 'option = "a"', 'per = "planet"'), "per: “planet” is not known"),
    (item("transition", 'to = ["gone"]'), "to: “gone” is no status"),
    (item("once_created", 'plans = ["plan-X"]'), "plans: “plan-X” is not in the catalogue"),
    (
        item("once_created", 'plans = ["plan-G"]'),
        "plans: Plan “plan-G” belongs to coverage “global",
    ),
    (
        item("once_created", 'plans = ["vpg-J"]', 'device_kind = "subscriber"'),
        "plans: Plan “vpg-J” is for devices of kind “vpg”, the item is not.",
    ),
    (
        item("once_created", 'plans = ["vpg-J"]', 'except_plans = ["plan-D"]'),
        "except_plans: Write “plans” or “except_plans”, not both.",
    ),
    (item("rounded_up", 'items = ["upload"]'), "billing_unit: Write a whole number from 1 on"),
    (
        item("rounded_up", 'items = ["upload"]', "billing_unit = 1", "billing_units = { us = 0 }"),
        "billing_units: Write whole numbers by variant",
    ),
    (
        item("years_in_status", 'statuses = ["standby"]', 'ready_plans = ["gone"]'),
        "ready_plans: “gone” is not in the catalogue",
    ),
    (
        item("rounded_up", 'items = ["upload"]', "billing_unit = 1000000000001"),
        "billing_unit: 1,000,000,000,001 is too great. At most 1,000,000,000,000 can",
    ),
    (
        item("rounded_up", 'items = ["upload"]', "billing_unit = 1", "billing_units = {us = 2e12}"),
        "billing_units: Write whole numbers by variant",
    ),
    (
        item("free_tier", 'items = ["upload"]', 'scope = "device"'),
        "allowance: Write “allowance”, or “allowances” by plan, or both.",
    ),
    (
        item("free_tier", 'items = ["upload"]', 'scope = "device"', "allowances = { gone = 1 }"),
        "allowances: “gone” is not in the catalogue",
    ),
    (
        item("free_tier", 'items = ["upload"]', 'scope = "account"', "allowances = { plan-D = 1 }"),
        "scope: Only devices have plans. With “allowances”, write “device”.",
    ),
    (
        item("long_term_discount", 'items = ["upload"]', 'contract = "upload"'),
        "contract: “upload” is",
    ),
    (item("coupon", 'items = ["x"]'), "items: “x” is a discount itself"),
]
BORDERS = [
    ("[]", "Write a list such as"),
    ("[{ above = 1 }]", "Each has above and less"),
    ('[{ above = 1, less = "1", colour = "red" }]', "Each has above and less"),
    ('[{ above = -1, less = "1" }]', "Write a whole number"),
    ("[{ above = 1, less = 0.5 }]", "'' is not a number"),
    ('[{ above = 1, less = "-1" }]', "It is below 0"),
    ('[{ above = 1, less = "1", per = 3 }]', "is not exact in 24 places"),
    ('[{ above = 1, less = "1" }, { above = 1, less = "2" }]', "One of them is there twice"),
]


@pytest.mark.parametrize(("files", "complaint"), REFUSED)
def test_wrong_inputs_are_refused(
    refusal: Callable[[Files], list[str]], files: Files, complaint: str
) -> None:
    assert any(f": {complaint}" in text for text in refusal(files)), refusal(files)


@pytest.mark.parametrize(("borders", "complaint"), BORDERS)
def test_wrong_borders_are_refused(
    refusal: Callable[[Files], list[str]], borders: str, complaint: str
) -> None:
    inputs = ('items = ["upload"]', 'period = "day"', f"borders = {borders}")
    (told,) = refusal(item("volume_discount", *inputs))
    assert f"borders: {complaint}" in told or complaint in told


def test_the_billing_unit_has_the_name_that_rating_knows(load: Load) -> None:
    units = 'billing_units = { "us-plan01s" = 102400 }'
    load(item("rounded_up", 'items = ["upload"]', "billing_unit = 1024", units))
    inputs = BillItem.objects.get(code="x").inputs
    assert inputs == {"items": ["upload"], "unit": 1024, "units": {"us-plan01s": 102400}}


GIGABYTES = ('meters = ["disk"]', "allowance = 1", 'period = "month"', 'scope = "account"')
HEADER = "item,coverage,since,kind,price,per\n"


def test_bytes_are_charged_by_packages_of_a_gigabyte(load: Load) -> None:
    files = item("above_allowance", *GIGABYTES, unit="gigabytes")
    load({**files, "prices.csv": f"{HEADER}x,japan,2026-01-01,package,100,1073741824\n"})
    price = Price.objects.get()
    assert price.kind == "package"
    assert price.unit_price == 100
    assert price.per == 1_073_741_824


def test_another_unit_than_that_of_the_meter_needs_packages(
    refusal: Callable[[Files], list[str]],
) -> None:
    files = item("above_allowance", *GIGABYTES, unit="gigabytes")
    (told,) = refusal({**files, "prices.csv": f"{HEADER}x,japan,2026-01-01,flat,100,1\n"})
    assert told.startswith("prices.csv:2: kind: “x” is charged in gigabytes.")


def test_a_price_for_a_plan_that_the_item_is_not_for_is_refused(
    refusal: Callable[[Files], list[str]],
) -> None:
    files = item("once_created", 'except_plans = ["plan-D"]')
    rows = "item,coverage,plan,since,price\nx,japan,plan-D,2026-01-01,1\n"
    (told,) = refusal({**files, "prices.csv": rows})
    assert told == "prices.csv:2: plan: Item “x” is not for devices on this plan."
