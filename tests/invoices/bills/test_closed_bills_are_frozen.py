"""The database itself refuses to change what was closed or issued, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction

from invoices.choices import BillState
from tests.factories import MONTH
from tests.invoices.bills import shop

ADD = "INSERT INTO invoices_billdaytotal (bill_id, date, amount)"
REFUSED = [
    "UPDATE invoices_bill SET net = '1'",
    "UPDATE invoices_bill SET state = 'temporary'",
    "DELETE FROM invoices_bill",
    "UPDATE invoices_billitemtotal SET amount = '1'",
    "DELETE FROM invoices_billitemtotal",
    "UPDATE invoices_billdaytotal SET amount = '1'",
    "DELETE FROM invoices_billdaytotal",
    f"{ADD} SELECT id, '20261101', '1' FROM invoices_bill",
    "UPDATE invoices_invoice SET total_minor = 1",
    "UPDATE invoices_invoice SET snapshot = '{}'",
    "DELETE FROM invoices_invoice",
    "UPDATE usage_usagerecord SET quantity = 1",
    "DELETE FROM usage_usagerecord",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_a_closed_bill_and_all_that_hangs_on_it_refuses(sql: str) -> None:
    shop.customer("ACME", used=5)
    shop.end_month()
    connection.check_constraints()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("sql", [sql for sql in REFUSED if "total" in sql and "bill" in sql])
def test_the_sums_of_a_proposed_bill_may_still_change(sql: str) -> None:
    shop.propose(shop.customer("ACME", used=5))
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount > 0


def test_proposing_a_closed_month_again_writes_nothing() -> None:
    account = shop.customer("ACME", used=5)
    shop.end_month()
    closed = shop.bill_of(account, MONTH)
    proposal = shop.propose(account)
    assert (proposal.proposed, proposal.overtaken, proposal.problems) == ([], [], {})
    assert shop.close(account).closed == []
    again = shop.bill_of(account, MONTH)
    assert (again.state, again.seal) == (BillState.CLOSED, closed.seal)
