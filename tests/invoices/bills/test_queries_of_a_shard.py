"""A shard is written in a number of queries that does not depend on its accounts."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

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
