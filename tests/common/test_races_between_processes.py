"""Real processes at the same rows: each row is leased once, and no closed bill gets a part."""

import threading

import psycopg
import pytest
from django.db import connection

from tests import factories
from tests.processes import Stage

ROWS = 60
TAKE = """
from datetime import timedelta
from billing_portal.common import clock, leases
from invoices.models import RunItem
now = clock.now() + timedelta(days=3650)
while taken := leases.take(RunItem.objects.all(), now=now, seconds=600, limit=3):
    os.write(1, "".join(f"{key}\\n" for key in taken).encode())
"""
ADD = """
INSERT INTO invoices_billdaytotal (bill_id, date, amount)
SELECT id, '20261001', 1 FROM invoices_bill
"""
CLOSE = "UPDATE invoices_bill SET state = 'closed'"


@pytest.fixture
def address(shared: Stage) -> str:
    """The address of a database of PostgreSQL with one open bill."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    with shared.rows():
        factories.bill(account=factories.account())
    return shared.database_url


def test_each_row_is_leased_to_one_process(shared: Stage) -> None:
    with shared.rows():
        run = factories.billing_run()
        for _ in range(ROWS):
            factories.run_item(run=run, account=factories.account())
    taken = shared.race(TAKE).split()
    assert len(taken) == len(set(taken)) == ROWS


def test_a_bill_is_not_closed_while_a_part_is_being_added(address: str) -> None:
    with psycopg.connect(address) as adding, psycopg.connect(address) as closing:
        adding.execute(ADD)
        closing.execute("SET lock_timeout = '300ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            closing.execute(CLOSE)


def test_who_adds_a_part_waits_for_the_close_and_is_refused(address: str) -> None:
    with psycopg.connect(address) as adding, psycopg.connect(address) as closing:
        closing.execute(CLOSE)
        commit_soon = threading.Timer(0.5, closing.commit)
        commit_soon.start()
        with pytest.raises(psycopg.errors.RestrictViolation, match="insert refused"):
            adding.execute(ADD)
        commit_soon.join()
