"""What a sound scenario holds that does not count is left out, and said."""

from typing import Any

import pytest

from invoices.rating.scenarios import read
from tests.unit.rating.test_scenarios_refused import SOUND


def coupon(**months: str) -> dict[str, Any]:
    return {"coupons": [{"code": "C", "item": "any", "balance": "5", **months}]}


def day(text: str) -> dict[str, Any]:
    return {"usage": [SOUND["usage"][0] | {"day": text}]}


@pytest.mark.parametrize(
    ("fields", "notes"),
    [
        ({"through": "2026-10-05"}, ["through: 5 of the 31 days of 2026-10 count."]),
        ({"through": "2026-10-31"}, []),
        (
            {"through": "2026-11-01"},
            ["through: the whole of 2026-10 counts; it ends before that day."],
        ),
        (day("2026-10-31"), []),
        (day("2026-11-01"), ["usage: 1 row is of days that do not count, left out."]),
        (coupon(purchased="2025-09"), []),
        (coupon(purchased="2026-10"), []),
        (coupon(purchased="2025-08"), ["coupons[0]: it cannot be used in 2026-10, left out."]),
        (coupon(purchased="2026-11"), ["coupons[0]: it cannot be used in 2026-10, left out."]),
        (coupon(purchased="2025-08", expires="2026-10"), []),
    ],
)
def test_a_note_says_what_is_left_out(fields: dict[str, Any], notes: list[str]) -> None:
    assert list(read(SOUND | fields).notes) == notes


def test_before_the_first_day_is_over_no_day_counts() -> None:
    scenario = read(SOUND | {"through": "2026-09-30"})
    assert scenario.days == ()
    assert sorted(scenario.rate().lines["name"]) == ["any", "pool"]
    assert "through: 0 of the 31 days of 2026-10 count." in scenario.notes


def test_the_account_itself_may_use_something_in_more_rows_than_one_looks_at_first() -> None:
    own = [{"day": "2026-10-02", "meter": "data", "quantity": 1}] * 150
    scenario = read(SOUND | {"usage": [*own, *SOUND["usage"]]})
    assert scenario.frames.usage.height == 151
    assert scenario.frames.usage["device_id"].null_count() == 150


def test_an_item_with_prices_in_the_document_loses_those_of_the_catalogue() -> None:
    below = read(SOUND).tariff
    above = {"month": "2026-10", "coverage": "japan", "prices": [{"item": "days", "price": "7"}]}
    found = read(above, items=below.items, prices=below.prices).tariff.prices
    assert [str(price.unit_price) for price in found if price.code == "days"] == ["7"]
    assert {price.code for price in found} == {"bytes", "days", "pool"}


def test_without_the_catalogue_nothing_of_it_is_left() -> None:
    below = read(SOUND).tariff
    bare = {"month": "2026-10", "coverage": "japan", "catalogue": False}
    found = read(bare, items=below.items, prices=below.prices).tariff
    assert (found.items, found.prices) == ((), ())
