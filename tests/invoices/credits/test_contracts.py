"""A contract counts for whole calendar months from the one it starts in (rules.md Q22)."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, AuditEntry
from billing_portal.common.periods import Month
from invoices.models import Contract
from invoices.selectors.credits import contracts_in
from invoices.services.credits import (
    BadTerms,
    ContractWish,
    MonthClosed,
    NotBilled,
    WrongItem,
    contracts,
)
from tests import credit_factories, factories
from tests.factories import MONTH
from tests.invoices.credits import purse
from usage.choices import Coverage
from usage.models import AccountMonth


def begin(account: Account, units: int = 5, *, late: bool = False, **fields: Any) -> Contract:
    values = {
        "coverage": Coverage.JAPAN,
        "item": fields.pop("item", None) or credit_factories.contract_item(),
        "first_month": MONTH,
        **fields,
    }
    wish = ContractWish(account=account, units=units, **values)
    return contracts.begin(wish=wish, late=late, **purse.WHO)


def units_in(account: Account, month: Month, **options: bool) -> list[int]:
    ids = [account.pk]
    found = contracts_in(month=month, coverage=Coverage.JAPAN, account_ids=ids, **options)
    return [one.units for one in found]


def test_twelve_months_and_not_one_more(agg: Account) -> None:
    begin(agg)
    found = [bool(units_in(agg, MONTH.plus(number))) for number in range(-1, 13)]
    assert found == [False, *[True] * 12, False]


def test_it_is_read_as_a_plain_row(agg: Account) -> None:
    contract = begin(agg)
    [row] = contracts_in(month=MONTH.plus(3), coverage=Coverage.JAPAN, account_ids=[agg.pk])
    assert (row.account_id, row.contract_id) == (agg.pk, contract.pk)
    assert (row.code, row.units) == ("longTermBasicCharge", 5)
    assert (row.first_day, row.last_day) == (date(2026, 10, 1), date(2027, 9, 30))


def test_several_stand_side_by_side(agg: Account) -> None:
    begin(agg, 5)
    begin(agg, 3, first_month=MONTH.next)
    begin(agg, 2, coverage=Coverage.GLOBAL)
    assert units_in(agg, MONTH) == [5]
    assert units_in(agg, MONTH.next) == [5, 3]


def test_its_months_are_billed_even_without_a_device(agg: Account) -> None:
    begin(agg)
    assert AccountMonth.objects.get().month == MONTH


def test_bills_under_way_are_rated_again(agg: Account) -> None:
    for number in (-1, 0, 1):
        factories.account_month(account=agg, month=MONTH.plus(number))
    contract = begin(agg)
    contracts.end(contract=contract, last_month=MONTH, reason="sold", **purse.WHO)
    rows = AccountMonth.objects.order_by("month").values_list("version", flat=True)
    assert list(rows) == [0, 2, 2]


def test_a_closed_month_is_left_alone_unless_it_is_said(agg: Account) -> None:
    purse.close(agg)
    with pytest.raises(MonthClosed, match="2026-11 or later"):
        begin(agg)
    contract = begin(agg, late=True)
    assert contract.late_through == MONTH
    assert units_in(agg, MONTH) == []
    assert units_in(agg, MONTH, with_late=True) == units_in(agg, MONTH.next) == [5]
    assert Contract.objects.counting_for(MONTH).count() == 0


def test_it_ends_early_and_the_end_can_be_taken_back(agg: Account) -> None:
    contract = begin(agg)
    contracts.end(contract=contract, last_month=MONTH.plus(2), reason="sold", **purse.WHO)
    assert units_in(agg, MONTH.plus(2)) == [5]
    assert units_in(agg, MONTH.plus(3)) == []
    contracts.end(contract=contract, last_month=MONTH.plus(11), reason="not sold", **purse.WHO)
    assert units_in(agg, MONTH.plus(11)) == [5]


@pytest.mark.parametrize("last", [MONTH.previous, MONTH.plus(12)])
def test_an_end_outside_of_the_term(last: Month, agg: Account) -> None:
    with pytest.raises(BadTerms, match="2026-10 to 2027-09"):
        contracts.end(contract=begin(agg), last_month=last, reason="so", **purse.WHO)


@pytest.mark.parametrize(("last", "is_refused"), [(0, True), (1, False), (2, False)])
def test_an_end_within_closed_months(last: int, is_refused: bool, agg: Account) -> None:
    contract = begin(agg)
    AccountMonth.objects.update(state="closed")
    purse.close(agg, MONTH.next)
    ending: dict[str, Any] = {"last_month": MONTH.plus(last), "reason": "so", **purse.WHO}
    if is_refused:
        with pytest.raises(BadTerms, match="2026-11 or later"):
            contracts.end(contract=contract, **ending)
    else:
        assert contracts.end(contract=contract, **ending).last_month == MONTH.plus(last)


def test_one_entered_by_mistake_counts_in_no_month(agg: Account) -> None:
    contract = begin(agg)
    contracts.withdraw(contract=contract, reason="typo", **purse.WHO)
    assert units_in(agg, MONTH) == []
    with pytest.raises(BadTerms, match="withdrawn"):
        contracts.end(contract=contract, last_month=MONTH, reason="so", **purse.WHO)


def test_one_that_a_closed_bill_charged_is_ended_not_withdrawn(agg: Account) -> None:
    contract = begin(agg)
    AccountMonth.objects.update(state="closed")
    with pytest.raises(BadTerms, match="Let it end"):
        contracts.withdraw(contract=contract, reason="typo", **purse.WHO)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"units": 0}, "units"),
        ({"units": -5}, "units"),
        ({"units": 2**31}, "units"),
        ({"months": 0}, "months"),
        ({"months": 121}, "months"),
        ({"note": "x" * 501}, "note"),
        ({"first_month": Month(9998, 12)}, "first_month"),
        ({"first_month": Month(2037, 10)}, "first_month"),
    ],
)
def test_terms_that_cannot_be(fields: dict[str, Any], field: str, agg: Account) -> None:
    with pytest.raises(BadTerms) as refused:
        begin(agg, **fields)
    assert refused.value.field == field
    assert not Contract.objects.exists()


def test_items_and_accounts_that_do_not_fit(agg: Account, ten: Account) -> None:
    with pytest.raises(WrongItem):
        begin(agg, item=credit_factories.coupon_item())
    with pytest.raises(NotBilled, match="AGG"):
        begin(ten)
    assert not AccountMonth.objects.exists()


def test_every_step_is_in_the_audit_trail_and_in_its_history(agg: Account) -> None:
    contract = begin(agg)
    contracts.end(contract=contract, last_month=MONTH.next, reason="sold", **purse.WHO)
    contracts.annotate(contract=contract, note="hello", **purse.WHO)
    contracts.withdraw(contract=contract, reason="typo", **purse.WHO)
    actions = AuditEntry.objects.order_by("id").values_list("action", flat=True)
    assert [action.split(".")[1] for action in actions] == ["begin", "end", "note", "withdraw"]
    assert contract.history.count() == 4


def test_ten_accounts_take_one_query(agg: Account, stray: Account) -> None:
    for account in (agg, stray):
        credit_factories.contract(account=account)
    ids = [agg.pk, stray.pk]
    with CaptureQueriesContext(connection) as captured:
        found = contracts_in(month=MONTH, coverage=Coverage.JAPAN, account_ids=ids)
    assert (len(found), len(captured)) == (2, 1)
