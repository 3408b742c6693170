"""What customers see of cards and payments, and what they do there."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Account, Membership
from billing_portal.common import clock
from invoices.models import Card, CardSetup, PaymentStop, Receivable
from tests import payment_factories
from tests.factories import NOW
from tests.invoices.payments import purse, till

pytestmark = pytest.mark.django_db
ADD = {"key": "AGG", "coverage": "japan"}


@pytest.fixture
def clerk(client: Client, aggregator: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    client.force_login(aggregator)
    return client


def text(client: Client, name: str, *args: Any, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_card_is_added_by_the_page_of_the_gateway(agg: Account, clerk: Client) -> None:
    row = till.owed(agg)
    answer = clerk.post(reverse("payment-card-add", kwargs=ADD), follow=True)
    setup = CardSetup.objects.get()
    assert setup.url in answer.content.decode()
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    page = setup.url.removeprefix("http://127.0.0.1:8000")
    assert "declined-once" in clerk.get(page).content.decode()
    done = clerk.post(page, {"card": "works"}, follow=True)
    assert "The card Specimen …4242 was added." in done.content.decode()
    assert till.again(row).card == Card.objects.get()


def test_who_chooses_nothing_has_no_card(agg: Account, clerk: Client) -> None:
    clerk.post(reverse("payment-card-add", kwargs=ADD))
    setup = CardSetup.objects.get()
    clerk.post(setup.url.removeprefix("http://127.0.0.1:8000"), {"card": "gold"})
    assert "No card was added." in text(clerk, "payment-card-back", setup.key)
    assert not Card.objects.exists()


def test_viewers_see_cards_and_change_none(agg: Account, clerk: Client) -> None:
    card = purse.add(agg)
    Membership.objects.update(role=Role.VIEWER)
    shown = text(clerk, "payment-cards")
    assert "Specimen …4242" in shown
    assert "Add a card" not in shown
    for name, args in (("payment-card-add", ADD), ("payment-card-default", {"pk": card.pk})):
        assert clerk.post(reverse(name, kwargs=args)).status_code == 404


@pytest.mark.usefixtures("clerk")
def test_the_payment_of_a_document_says_how_it_got_there(agg: Account, client: Client) -> None:
    purse.add(agg, "declined")
    row = till.owed(agg, 1415)
    purse.work(row)
    shown = text(client, "invoice-payment", row.invoice.label)
    assert "Specimen …0002: The card was declined." in shown
    assert "¥1,415, due on" in shown


@pytest.mark.usefixtures("clerk")
def test_without_a_card_the_payment_says_so(agg: Account, client: Client) -> None:
    row = till.owed(agg, due_date=NOW.date().replace(day=1))
    purse.work(row)
    shown = text(client, "invoice-payment", row.invoice.label)
    assert "No card is registered. The features of the plan were switched off." in shown


@pytest.mark.usefixtures("agg")
def test_the_list_of_invoices_says_how_each_stands(agg: Account, clerk: Client) -> None:
    till.owed(agg, 1000)
    part = till.owed(agg, 900, kind="invoice")
    Receivable.objects.filter(pk=part.pk).update(open_minor=400)
    shown = text(clerk, "invoices")
    assert "Not due yet" in shown
    assert "Paid in part, ¥400 open" in shown
    exported = clerk.get(reverse("invoices") + "?format=csv")
    assert "Paid in part" in b"".join(exported).decode()


def test_what_is_unpaid_is_charged_when_asked_for(agg: Account, clerk: Client) -> None:
    purse.add(agg)
    row = till.owed(agg)
    Receivable.objects.update(state="failed", tries=5)
    clerk.post(reverse("payment-charge-again", kwargs=ADD))
    assert purse.work(row) == ("paid", 0)


def test_the_first_page_says_what_payments_need(agg: Account, clerk: Client) -> None:
    payment_factories.card(account=agg, exp_year=2020)
    till.owed(agg, 1415, due_date=NOW.date().replace(day=1))
    PaymentStop.objects.create(account=agg, since=NOW)
    shown = text(clerk, "home")
    for said in ("¥1,415 is overdue.", "has expired.", "features of the plan are switched off"):
        assert said in shown
