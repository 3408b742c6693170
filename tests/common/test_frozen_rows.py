"""What is closed never changes: the database itself refuses."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Account
from invoices.choices import BillState
from invoices.models import Bill, BillDayTotal
from tests import factories

pytestmark = pytest.mark.django_db

CHANGES = {
    "update": "UPDATE {table} SET {column} = {column} WHERE id = {id}",
    "update that reopens": "UPDATE {table} SET state = 'proposed' WHERE id = {id}",
    "delete": "DELETE FROM {table} WHERE id = {id}",
    "replace": "INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE id = {id}",
    "truncate": "TRUNCATE {table} CASCADE",
}
ONLY_ON = {"replace": "sqlite", "truncate": "postgresql"}


def run(change: str, row: Any, column: str = "account_id") -> int:
    if ONLY_ON.get(change, connection.vendor) != connection.vendor:
        pytest.skip(f"{connection.vendor} has no such statement")
    sql = CHANGES[change].format(table=row._meta.db_table, column=column, id=row.pk)
    connection.check_constraints()  # PostgreSQL truncates no table with checks still to come
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.rowcount)


@pytest.mark.parametrize("change", CHANGES)
def test_a_closed_bill_is_kept(change: str, agg: Account) -> None:
    bill = factories.bill(account=agg, state=BillState.CLOSED)
    with pytest.raises(IntegrityError, match=r"invoices_bill\w*: what is closed never changes"):
        run(change, bill)
    assert Bill.objects.get().state == BillState.CLOSED


@pytest.mark.parametrize("state", [BillState.TEMPORARY, BillState.PROPOSED])
def test_an_open_bill_may_change(state: str, agg: Account) -> None:
    bill = factories.bill(account=agg, state=state)
    assert run("update", bill) == 1
    bill.item_totals.all().delete()
    assert run("delete", bill) == 1


@pytest.mark.parametrize("change", [name for name in CHANGES if name != "update that reopens"])
def test_a_fact_is_kept_from_the_start(change: str, agg: Account) -> None:
    device = factories.device(account=agg)
    record = factories.record(device=device, account=agg, meter=factories.meter())
    with pytest.raises(IntegrityError, match="usage_usagerecord: what is closed"):
        run(change, record)


@pytest.mark.parametrize("change", ["update", "delete", "replace", "truncate"])
def test_a_part_of_a_closed_bill_is_kept(change: str, agg: Account) -> None:
    bill = factories.bill(account=agg, state=BillState.CLOSED, days={"20261001": "10"})
    with pytest.raises(IntegrityError, match="invoices_billdaytotal: what is closed"):
        run(change, bill.day_totals.get(), column="amount")


def test_nothing_is_added_to_a_closed_bill(agg: Account) -> None:
    bill = factories.bill(account=agg, state=BillState.CLOSED)
    with pytest.raises(IntegrityError, match="insert refused"), transaction.atomic():
        BillDayTotal.objects.bulk_create([BillDayTotal(bill=bill, date="20261001", amount="1")])
    assert not bill.day_totals.exists()


def test_a_part_does_not_move_into_or_out_of_a_closed_bill(agg: Account, stray: Account) -> None:
    closed = factories.bill(account=agg, state=BillState.CLOSED, days={"20261001": "10"})
    still_open = factories.bill(account=stray, days={"20261002": "10"})
    for part, bill in ((closed.day_totals, still_open), (still_open.day_totals, closed)):
        with pytest.raises(IntegrityError, match="update refused"), transaction.atomic():
            part.update(bill=bill)


def test_a_part_of_an_open_bill_may_change(agg: Account) -> None:
    bill = factories.bill(account=agg, days={"20261001": "10"})
    assert bill.day_totals.update(amount="11") == 1
    assert bill.day_totals.all().delete()[0] == 1
