"""An aggregator with more tenants than a statement of SQLite takes parameters."""

import pytest
from django.db.models.expressions import RawSQL

from tests import factories
from tests.invoices.bills import shop
from usage.selectors import chunks


def test_tenants_beyond_the_limit_are_billed_to_their_aggregator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chunks, "SIZE", 2)
    payer = shop.customer("PAYER")
    for number in range(5):
        tenant = factories.account(key=f"T{number}", parent=payer)
        shop.use(shop.sim(tenant), tenant, 7)
    other = shop.customer("OTHER")
    shop.end_month()
    assert shop.bill_of(payer).net == 6 * 310 + 5 * 7
    assert shop.bill_of(other).net == 310


def test_a_long_list_of_keys_is_one_parameter() -> None:
    short, long = chunks.among(range(chunks.SIZE)), chunks.among(range(chunks.SIZE + 1))
    assert short == range(chunks.SIZE)
    assert isinstance(long, RawSQL)
    assert len(long.params) == 1
