"""Two moves at the same instant cannot close a circle that neither of them sees."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from accounts.models import Account
from accounts.services import tree
from tests import factories

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer anyway"),
    pytest.mark.django_db(transaction=True),
]


def place(account: Account, parent: Account) -> None:
    tree.place(
        account=account,
        since=date(2026, 12, 1),
        parent=parent,
        is_billing=False,
        not_before=date(2026, 11, 1),
        now=factories.NOW,
    )


def test_the_second_waits_and_is_refused() -> None:
    one, other = factories.account(), factories.account()
    refused: list[Exception] = []

    def move_back() -> None:
        try:
            place(other, one)
        except tree.Cycle as error:
            refused.append(error)
        finally:
            connection.close()

    second = threading.Thread(target=move_back)
    with transaction.atomic():
        place(one, other)
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive(), "it did not wait"
    second.join(timeout=20)
    assert len(refused) == 1
    assert other.placements.count() == 1
