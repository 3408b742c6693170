"""Each reason that rating gives for parking leads to a staff page that opens."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from invoices.admin.mending import PLACES, place_of
from invoices.rating.taxes import MissingTaxRate

CASES = Path(__file__).parents[1] / "cases"
OF_CASES = sorted(
    {
        what
        for path in CASES.glob("*.json")
        for what in json.loads(path.read_text())["expect"].get("problems", ())
    }
)
OTHERS = [
    str(MissingTaxRate("JP", "standard", date(2026, 10, 31))),
    "The items a.b and c.d both have charges named usage.",
    "The name usage-very-long… of item a.b is longer than 128 letters with the variant.",
    "OverflowError: something else",
]


@pytest.mark.parametrize("what", [*OF_CASES, *OTHERS])
def test_a_reason_leads_to_a_page(what: str, staff: Client) -> None:
    _label, address = place_of({"what": what}, account_key="AGG")
    assert staff.get(address).status_code == 200


@pytest.mark.parametrize(
    ("what", "part"),
    [
        ("The device 4401 has no plan on 2026-10-01, and x has", "device/?q=4401"),
        ("There is no price for dataUp (japan) on 2026-10-01.", "billitem/?q=dataUp"),
        ("No standard tax rate of DE is known for 2026-10-31.", "taxrate/?country=DE"),
        ("Something else.", "device/?account=AGG"),
    ],
)
def test_it_is_the_page_of_what_is_named(what: str, part: str) -> None:
    assert part in place_of({"what": what}, account_key="AGG")[1]


def test_every_place_is_one_that_some_reason_needs() -> None:
    labels = {place_of({"what": what}, account_key="")[0] for what in [*OF_CASES, *OTHERS]}
    assert {label for _pattern, label, _address in PLACES} <= labels


@pytest.mark.parametrize("problem", ["text", None, {}, {"what": None}])
def test_nonsense_leads_to_the_devices(problem: object) -> None:
    assert "usage/device" in place_of(problem, account_key="AGG")[1]
