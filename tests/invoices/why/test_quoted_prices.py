"""The catalogue's own words for the price of an explanation."""

from typing import Any

import pytest

from invoices.selectors.why import quoted
from tests import factories

pytestmark = pytest.mark.django_db

TIERS = [{"up_to": 100, "price": "0.06"}, {"price": "0.05"}]


@pytest.mark.parametrize(
    ("fields", "unit_price", "words"),
    [
        ({"price": "5", "per": 10, "unit_price": "0.5"}, "0.5", {"price": "5", "per": "10"}),
        ({"price": "5", "per": 10, "unit_price": "0.5"}, "0.4", None),
        ({"kind": "graduated", "price": "0", "unit_price": "0", "tiers": TIERS}, "0", None),
    ],
)
def test_a_price_is_quoted_unless_it_has_changed_or_has_tiers(
    fields: dict[str, Any], unit_price: str, words: dict[str, str] | None
) -> None:
    row = factories.price(item=factories.bill_item(code="data"), **fields)
    told = {"item": "data", "plan": "", "variant": "", "since": row.since, "unit_price": unit_price}
    assert quoted(told, coverage=row.coverage) == words
