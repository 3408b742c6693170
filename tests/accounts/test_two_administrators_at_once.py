"""Two administrators who remove each other at the same instant: one of them stays."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from accounts.choices import Role
from accounts.models import Account, Membership
from accounts.services import people
from tests import factories

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer anyway"),
    pytest.mark.django_db(transaction=True),
]


def remove(membership: Membership) -> None:
    people.remove(membership=membership, actor="x@example.com", now=factories.NOW)


def step_down(membership: Membership) -> None:
    people.change_role(
        membership=membership, role=Role.VIEWER, actor="x@example.com", now=factories.NOW
    )


def administrators(account: Account) -> int:
    return Membership.objects.filter(account=account, role=Role.ADMIN).count()


@pytest.mark.parametrize("second_act", [remove, step_down])
def test_the_second_waits_and_is_refused(second_act: Callable[[Membership], None]) -> None:
    account = factories.account()
    one, other = (factories.membership(user=factories.user(), account=account) for _ in range(2))
    refused: list[Exception] = []

    def act() -> None:
        try:
            second_act(one)
        except people.LastAdministrator as error:
            refused.append(error)
        finally:
            connection.close()

    second = threading.Thread(target=act)
    with transaction.atomic():
        remove(other)
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive(), "it did not wait"
    second.join(timeout=20)
    assert (len(refused), administrators(account)) == (1, 1)


@pytest.mark.parametrize("again", range(5))
def test_started_together_one_stays(again: int) -> None:
    account = factories.account()
    held = [factories.membership(user=factories.user(), account=account) for _ in range(4)]
    start = threading.Barrier(len(held))
    refused: list[Exception] = []

    def act(membership: Membership) -> None:
        start.wait()
        try:
            remove(membership)
        except people.LastAdministrator as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[one]) for one in held]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert (len(refused), administrators(account)) == (1, 1)
