"""Several closings at the points of one account in the same instant: none is spent twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts.models import Account
from invoices.models import Invoice, PointEntry
from invoices.services.credits import points
from tests import factories
from tests.factories import MONTH, NOW
from tests.invoices.credits.test_points import document, give, left

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def close(account: Account, invoice: Invoice) -> int:
    try:
        with transaction.atomic():
            purse = points.lock(account_ids=[account.pk], on=NOW.date())
            draws = purse.draw(account_id=account.pk, currency="JPY", due_minor=40)
            points.spend(uses={invoice: draws}, now=NOW)
        return sum(draw.points for draw in draws)
    finally:
        connection.close()


def test_closings_at_the_same_time_share_the_points() -> None:
    account = factories.account()
    give(account, 50)
    give(account, 50)
    documents = [document(account, month=MONTH.plus(number)) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda invoice: close(account, invoice), documents))
    assert sorted(taken) == [0, 20, 40, 40]
    assert left(account) == 0
    assert sum(PointEntry.objects.filter(kind="use").values_list("amount", flat=True)) == -100
