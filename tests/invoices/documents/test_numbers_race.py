"""Closes at the same time: numbers have no gap, and the chain holds."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from invoices.models import Bill, Invoice, Issuer
from invoices.services.documents import verify_documents
from tests import factories
from tests.invoices.documents.bills import closed_bill, issue_all

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def close(bills: Sequence[Bill], *, fails: bool) -> None:
    try:
        with transaction.atomic():
            issue_all(bills)
            transaction.set_rollback(fails)
    finally:
        connection.close()


def test_numbers_of_racing_closes_have_no_gap(seller: Issuer) -> None:
    shards = [[closed_bill(factories.account()) for _bill in range(3)] for _shard in range(8)]
    with ThreadPoolExecutor(len(shards)) as pool:
        closes = [pool.submit(close, bills, fails=n % 4 == 0) for n, bills in enumerate(shards)]
    for each in closes:
        each.result()
    numbers = Invoice.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 19))
    assert verify_documents(invoices=Invoice.objects.all()) == []
