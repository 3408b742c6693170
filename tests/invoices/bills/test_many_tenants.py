"""An aggregator with more tenants than a statement of SQLite takes parameters."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import DataError, transaction

from accounts.models import Account, Placement
from billing_portal.common import lookups
from tests import factories
from tests.invoices.bills import shop


@pytest.fixture(autouse=True)
def _two_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "FEW", 1)
    monkeypatch.setattr(lookups, "MANY", 1)


def test_tenants_beyond_the_limit_are_billed_to_their_aggregator() -> None:
    payer = shop.customer("PAYER")
    for number in range(5):
        tenant = factories.account(key=f"T{number}", parent=payer)
        shop.use(shop.sim(tenant), tenant, 7)
    other = shop.customer("OTHER")
    shop.end_month()
    assert shop.bill_of(payer).net == 6 * 310 + 5 * 7
    assert shop.bill_of(other).net == 310


@pytest.mark.parametrize(
    ("model", "column", "keys"),
    [
        (Account, "pk", [3, 1, 2]),
        (Account, "pk", range(1, 4)),
        (Placement, "account", {1, 2, 3}),
        (Account, "key", ("A", 'B"\\,{}', "C'")),
        (Account, "key", {"A": 1, "B": 2}),
    ],
)
def test_a_long_list_of_keys_is_one_parameter(
    model: type[Account | Placement], column: str, keys: Any
) -> None:
    rows = model.objects.filter(**{f"{column}__in": keys})
    _sql, parameters = rows.query.sql_with_params()
    assert len(parameters) == 1
    assert list(rows) == []


@pytest.mark.parametrize("found", [[], ["-1"], [None], [-1, None], [-1, -2]])
def test_what_is_in_a_list_is_found_whatever_is_in_it(found: list[Any]) -> None:
    account = factories.account()
    assert not Account.objects.filter(pk__in=found).exists()
    assert Account.objects.filter(pk__in=[*found, account.pk]).exists()
    assert Account.objects.exclude(pk__in=found).exists()
    assert not Account.objects.exclude(pk__in=[*found, str(account.pk)]).exclude(pk=0).exists()


def test_texts_are_found_as_they_are() -> None:
    awkward = ['"', "\\", "{a,b}", "NULL", "", "明細", "it's"]
    for text in awkward:
        factories.account(key=f"K{text}")
    found = Account.objects.filter(key__in=[f"K{text}" for text in awkward])
    assert found.count() == len(awkward)
    assert not Account.objects.filter(key__in=awkward).exists()


def test_a_text_that_no_row_can_have_is_not_taken_for_its_beginning() -> None:
    factories.account(key="K")
    with suppress(DataError), transaction.atomic():  # PostgreSQL refuses to look
        assert not Account.objects.filter(key__in=["K\0", "L"]).exists()
