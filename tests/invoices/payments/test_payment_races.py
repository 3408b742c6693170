"""The same payment told twice in the same instant, and two cards for one place."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from invoices.gateways import Charged
from invoices.models import CardSetup, Charge, CustomerCredit
from invoices.selectors.cards import held
from invoices.services.payments import CardRefused, cards, charging, gateway
from tests import factories, payment_factories
from tests.factories import NOW
from tests.invoices.payments import purse, till

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What each of them answers, or the refusal that it raised."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except CardRefused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_charge_settled_by_four_at_once_counts_once() -> None:
    account = factories.account()
    row = till.owed(account)
    asked = Charge.objects.create(
        receivable=row, number=1, key="k", card=payment_factories.card(account=account),
        amount_minor=1000, started_at=NOW,
    )  # fmt: skip
    settle = [lambda: charging.settle(key=asked.key, result=Charged("c"), now=NOW)] * 4
    assert sorted(at_once(list(settle))) == [False, False, False, True]
    assert till.entries(row) == [("card", 1000, 0)]
    assert not CustomerCredit.objects.exists()


def test_two_cards_that_come_back_at_once_share_no_place() -> None:
    account = factories.account()
    purse.add(account)
    for _visit in range(2):
        setup = cards.begin(account=account, coverage="japan", actor=purse.ACTOR, now=NOW)
        gateway.sandbox().choose(reference=setup.reference, behaviour="second")
    waiting = list(CardSetup.objects.filter(card=None).select_related("account"))
    acts = [lambda setup=setup: cards.finish(setup=setup, now=NOW) for setup in waiting]
    answers = at_once(list(acts))
    assert answers.count("refused") == 1
    assert sorted(held().values_list("slot", "is_default")) == [(1, True), (2, False)]
