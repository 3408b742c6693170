"""A shard is written at once: few queries, and every bill gets its own sums."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.models import Bill
from tests.factories import MONTH
from tests.invoices.bills import shop

# Few enough days that SQLite takes the sums of all of them in one statement.
LAST_DAY = MONTH.end - timedelta(days=1)


def queries(town: str, count: int) -> tuple[int, int]:
    """The queries of proposing and of closing so many accounts."""
    accounts = [shop.customer(f"{town}{n}", used=5, since=LAST_DAY) for n in range(count)]
    with CaptureQueriesContext(connection) as proposing:
        assert len(shop.propose(*accounts).proposed) == count
    with CaptureQueriesContext(connection) as closing:
        assert len(shop.close(*accounts).closed) == count
    return len(proposing), len(closing)


def test_three_accounts_take_as_many_queries_as_twelve() -> None:
    queries("ONE", 1)  # makes the series of numbers
    assert queries("THREE", 3) == queries("TWELVE", 12)


def test_bills_that_are_there_and_new_ones_get_their_own_sums() -> None:
    accounts = [shop.customer(f"MIX{n}", used=n, since=LAST_DAY) for n in range(1, 7)]
    shop.propose(accounts[4], accounts[1])
    proposed = shop.propose(*accounts).proposed
    assert len({bill.net for bill in proposed}) == len(accounts)
    for bill in Bill.objects.all():
        assert sum(total.amount for total in bill.item_totals.all()) == bill.net
    assert {bill.pk: bill.net for bill in proposed} == dict(Bill.objects.values_list("pk", "net"))
