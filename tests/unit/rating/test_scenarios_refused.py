"""What is wrong with a scenario is told by the path of its field, all of it at once."""

import copy
from typing import Any

import pytest

from invoices.rating.scenarios import BadScenario, read
from invoices.rating.scenarios.problems import SHOWN

SOUND: dict[str, Any] = {
    "month": "2026-10",
    "coverage": "japan",
    "items": [
        {"code": "days", "rule": "days_in_status", "inputs": {"statuses": ["active"]}},
        {"code": "bytes", "rule": "sum", "inputs": {"meters": ["data"]}},
        {"code": "pool", "rule": "contract_units"},
        {
            "code": "free",
            "rule": "free_tier",
            "inputs": {"items": ["bytes"], "allowance": 5, "scope": "account"},
        },
        {"code": "any", "rule": "coupon"},
    ],
    "prices": [
        {"item": "days", "price": "10"},
        {"item": "pool", "price": "275"},
        {"item": "bytes", "kind": "graduated", "tiers": [{"up_to": 9, "price": "1"}]},
    ],
    "devices": [{"id": "a", "statuses": [["2026-10-01T00:00:00Z", "active"]], "tags": {"x": "y"}}],
    "contracts": [{"item": "pool", "units": 5, "since": "2026-10-01"}],
    "coupons": [{"code": "C", "item": "any", "balance": "5", "purchased": "2026-09"}],
    "usage": [{"device": "a", "day": "2026-10-02", "meter": "data", "quantity": 7}],
}
SOUND["prices"][2]["tiers"].append({"price": "0.5"})
STATUSES: list[str | int] = ["devices", 0, "statuses"]
POINT = ["2026-10-01T00:00:00Z", "active"]

# Where something else is put, what, and what is said about it.
WRONG: list[tuple[list[str | int], Any, str]] = [
    (["month"], "2026-13", 'month: "2026-13" stands here. Write a month as YYYY-MM'),
    (["month"], 202610, "month: The number 202610 stands here. Write a month"),
    (["coverage"], "japn", 'coverage: "japn" is not known. Did you mean japan?'),
    (["through"], "5 Oct", 'through: "5 Oct" stands here. Write a day as YYYY-MM-DD'),
    (["through"], "2026-02-30", "through: "),
    (["country"], "Japan", "country: "),
    (["device"], [], "device: This field is unknown. Did you mean devices?"),
    (["catalogue"], "no", "catalogue: "),
    (["items"], {}, "items: An object stands here. Write a list"),
    (["items", 0, "rule"], "days_in_state", "Did you mean days_in_status?"),
    (["items", 0, "code"], "a b", "items[0].code: "),
    (["items", 0, "code"], "bytes", "items[1].code: There is an item bytes above."),
    (["items", 0, "name"], "a b", "items[0].name: "),
    (["items", 0, "category"], "basics", "Did you mean basic?"),
    (["items", 0, "tax_category"], "reduce", "Did you mean reduced?"),
    (["items", 0, "device_kind"], "sim", "items[0].device_kind: "),
    (["items", 0, "one_off"], 1, "items[0].one_off: "),
    (["items", 0, "inputs"], {}, "items[0].inputs.statuses: This field is missing."),
    (["items", 0, "inputs"], [], "items[0].inputs: A list stands here."),
    (["items", 0, "inputs", "statuses"], [], "items[0].inputs.statuses: The list is empty."),
    (["items", 0, "inputs", "statuses", 0], "on", "items[0].inputs.statuses[0]: "),
    (["items", 0, "inputs", "meters"], ["m"], "items[0].inputs.meters: This field is unknown."),
    (["items", 3, "inputs", "items", 0], "byte", "Did you mean bytes?"),
    (["items", 3, "inputs", "allowance"], 0, "items[3].inputs.allowance: The number 0 stands"),
    (["items", 3, "inputs", "allowance"], "1e9", "items[3].inputs.allowance: "),
    (["prices", 0, "item"], "day", "prices[0].item: There is no item"),
    (["prices", 0, "item"], "free", "prices[0].item: What the rule free_tier gives"),
    (["prices", 0, "price"], 0.5, "prices[0].price: The number 0.5 stands here. Write a decimal"),
    (["prices", 0, "price"], "1,5", "prices[0].price: '1,5' is not a number."),
    (["prices", 0, "price"], "-1", "prices[0].price: It is below 0."),
    (["prices", 0, "price"], "1e15", "more than 14 digits before the point"),
    (["prices", 0, "price"], "9" * 1000, "prices[0].price: "),
    (["prices", 0, "price"], float("nan"), "prices[0].price: The number nan stands here."),
    (["prices", 0, "per"], 3, "10 / 3 is not exact"),
    (["prices", 0, "since"], "2026-10-01T00:00:00Z", "prices[0].since: "),
    (["prices", 0, "kind"], "volumes", "Did you mean volume?"),
    (["prices", 0, "kind"], "volume", "prices[0].tiers: This field is missing"),
    (["prices", 0, "tiers"], [], "prices[0].tiers: A price of kind flat has price instead."),
    (["prices", 2, "tiers", 1, "up_to"], 5, "prices[2].tiers: Write the tiers in ascending"),
    (["prices", 2, "tiers", 0, "price"], None, "prices[2].tiers[0].price: null stands here."),
    (["prices", 1], {"item": "days", "price": "9"}, "prices[1]: There is a price for the same"),
    (["devices", 0, "id"], "", "devices[0].id: It is empty."),
    (["devices", 0, "id"], "x" * 129, "devices[0].id: It has 129 characters"),
    (["devices", 0, "id"], "a\x1b[2J", "devices[0].id: It holds a character"),
    (["devices", 0, "id"], "\ud800", "devices[0].id: It holds a character"),
    (["devices", 0, "kind"], "cam", "Did you mean camera?"),
    (["devices", 0, "tags", "x"], 5, "devices[0].tags.x: The number 5 stands here."),
    (["devices", 0, "tags", ""], "v", 'devices[0].tags[""]: This tag has no name.'),
    ([*STATUSES, 0, 0], "2026-10-01T00:00:00", "devices[0].statuses[0][0]: "),
    ([*STATUSES, 0, 0], "0001-01-01T00:00:00+09:00", "devices[0].statuses[0][0]: "),
    ([*STATUSES, 0, 1], "activ", 'devices[0].statuses[0][1]: "activ" is not known. Did you mean'),
    ([*STATUSES, 0], ["2026-10-01T00:00:00Z"], "devices[0].statuses[0]: It has 1 entries."),
    ([*STATUSES], [POINT, POINT], "devices[0].statuses: Two changes are at the same instant."),
    (["devices", 0, "options"], [[POINT[0], "x", "on"]], "devices[0].options[0][2]: "),
    (["contracts", 0, "item"], "days", "contracts[0].item: "),
    (["contracts", 0, "units"], 10**12, "contracts[0].units: "),
    (["contracts", 0, "since"], "9998-05-01", "contracts[0].since: The contract would end too"),
    (["coupons", 0, "item"], "days", "coupons[0].item: "),
    (["coupons", 0, "balance"], 0.5, "coupons[0].balance: "),
    (["usage", 0, "device"], "b", 'usage[0].device: "b" is not among the devices.'),
    (["usage", 0, "device"], None, "usage[0].device: null stands here."),
    (["usage", 0, "quantity"], -1, "usage[0].quantity: "),
    (["usage", 0, "quantity"], 10**40, "usage[0].quantity: The number of too many digits"),
    (["usage", 0, "quantity"], True, "usage[0].quantity: true stands here."),
    (["usage", 0, "quantity"], "1.5", "usage[0].quantity: "),
    (["usage", 0, "variant"], "a b", "usage[0].variant: "),
    (["expect"], {"nett": "1"}, "expect.nett: This field is unknown. Did you mean net?"),
    (["expect"], {"lines": [["a"]]}, "expect.lines[0]: It has 1 entries. Write 6."),
]


def with_(place: list[str | int], value: Any) -> dict[str, Any]:
    document: dict[str, Any] = copy.deepcopy(SOUND)
    inside: Any = document
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    return document


def refused(document: Any) -> list[str]:
    with pytest.raises(BadScenario) as caught:
        read(document)
    return str(caught.value).splitlines()


def test_the_scenario_that_is_spoilt_below_is_sound() -> None:
    assert not read(SOUND).rate().problems


@pytest.mark.parametrize(("place", "value", "words"), WRONG, ids=[row[2] for row in WRONG])
def test_a_wrong_value_is_named_by_its_path(place: list[str | int], value: Any, words: str) -> None:
    told = refused(with_(place, value))
    assert any(words in line for line in told), told
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("name", ["month", "coverage"])
def test_a_missing_field_is_named(name: str) -> None:
    rest = {key: value for key, value in SOUND.items() if key != name}
    assert refused(rest) == [f"{name}: This field is missing. Add it."]


def test_a_misspelt_coverage_does_not_make_the_rest_wrong() -> None:
    assert len(refused(with_(["coverage"], "japn"))) == 1


def test_everything_that_is_wrong_is_told_at_once() -> None:
    document = with_(["month"], "x") | {"usage": [{}], "devices": [{"id": 5}, {"kind": "y"}]}
    told = "\n".join(refused(document))
    for path in ("month", "usage[0].day", "usage[0].meter", "devices[0].id", "devices[1].id"):
        assert f"{path}: " in told
    assert "devices[1].kind: " in told


def test_of_very_many_problems_the_first_are_told_and_the_rest_is_counted() -> None:
    told = refused(with_(["usage"], [{}] * 1000))
    assert len(told) == SHOWN + 1
    assert told[-1] == f"… and {3000 - SHOWN} more."
