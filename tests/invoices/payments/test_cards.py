"""Cards: two at most, one default, never none again; what is unpaid is charged to a new one."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Account, AuditEntry, Mail
from invoices.models import Card, CardSetup, Receivable
from invoices.selectors.cards import held
from invoices.services.payments import CardRefused, cards, gateway
from tests import factories, payment_factories
from tests.factories import NOW
from tests.invoices.payments import purse, till

pytestmark = pytest.mark.django_db
WHO: dict[str, Any] = {"actor": purse.ACTOR, "now": NOW}


@pytest.fixture
def payer() -> Account:
    return factories.account()


def defaults(account: Account) -> list[tuple[str, bool]]:
    return list(held().filter(account=account).values_list("last4", "is_default"))


def test_the_first_card_is_the_default_and_a_third_is_refused(payer: Account) -> None:
    purse.add(payer, "works")
    late = cards.begin(account=payer, coverage="japan", **WHO)
    purse.add(payer, "second")
    assert defaults(payer) == [("4242", True), ("1111", False)]
    with pytest.raises(CardRefused):
        purse.add(payer, "declined")
    gateway.sandbox().choose(reference=late.reference, behaviour="works")
    with pytest.raises(CardRefused):
        cards.finish(setup=late, now=NOW)
    purse.add(payer, "works", coverage="global")


def test_coming_back_twice_registers_one_card(payer: Account) -> None:
    first = purse.add(payer)
    stale = CardSetup.objects.get()
    stale.card = None
    assert cards.finish(setup=stale, now=NOW) == first
    assert Card.objects.count() == 1


def test_the_other_card_becomes_the_default_when_one_is_removed(payer: Account) -> None:
    first, second = purse.add(payer), purse.add(payer, "second")
    cards.choose(card=second, **WHO)
    assert defaults(payer) == [("4242", False), ("1111", True)]
    cards.remove(card=second, **WHO)
    assert defaults(payer) == [("4242", True)]
    with pytest.raises(CardRefused):
        cards.remove(card=first, **WHO)
    with pytest.raises(CardRefused):
        cards.choose(card=second, **WHO)
    acts = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert acts == ["card.add", "card.add", "card.default", "card.remove"]


BAD: list[dict[str, Any]] = [
    {"slot": 2},  # a second default
    {"slot": 1, "is_default": False},
    {"slot": 3, "is_default": False},
    {"slot": 2, "is_default": False, "exp_month": 13},
]


@pytest.mark.parametrize("fields", BAD)
def test_the_database_refuses_what_no_account_may_have(
    payer: Account, fields: dict[str, Any]
) -> None:
    payment_factories.card(account=payer)
    with pytest.raises(IntegrityError), transaction.atomic():
        payment_factories.card(account=payer, **fields)


def test_a_new_card_begins_a_new_round_for_what_is_unpaid(payer: Account) -> None:
    purse.add(payer, "declined")
    unpaid, other = till.owed(payer), till.owed(payer, coverage="global")
    invoiced = till.owed(payer, kind="invoice")
    Receivable.objects.update(state="failed", tries=5, due_at=NOW + timedelta(days=9))
    card = purse.add(payer, "works")
    now = till.again(unpaid)
    assert (now.state, now.tries, now.card, now.due_at) == ("open", 0, card, NOW)
    assert [till.again(row).state for row in (other, invoiced)] == ["failed", "failed"]


EXPIRES = [
    (date(2026, 11, 29), []),
    (date(2026, 12, 1), ["card-expiring"]),
    (date(2026, 12, 31), ["card-expiring"]),
    (date(2027, 1, 1), ["card-expired"]),
]


@pytest.mark.parametrize(("today", "kinds"), EXPIRES)
def test_people_are_told_once_of_a_card_that_expires(
    payer: Account, today: date, kinds: list[str]
) -> None:
    factories.person(payer)
    payment_factories.card(account=payer, exp_month=12, exp_year=2026)
    for _tick in range(2):
        cards.announce(today=today, now=NOW)
    assert list(Mail.objects.values_list("kind", flat=True)) == kinds
