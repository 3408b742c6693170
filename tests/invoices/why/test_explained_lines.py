"""Every line of a running month leads to its explanation, made from the facts as of now."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from invoices.models import Bill
from invoices.services.bills import shards
from tests import factories
from tests.invoices.why.asking import WHY, told
from tests.unit.rating.explained import evaluated
from usage.models import Device, Meter
from usage.selectors import frames
from usage.selectors.frames import Scope, Wanted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october_once")]
DATA = {"device": "999002", "date": "20261003", "name": "dataTrafficCharge"}


def test_a_running_month_is_explained_from_the_facts_as_of_now(
    clerk: Client, october: Bill
) -> None:
    content = told(clerk, WHY, **DATA)
    assert content["inputs"] == "now"
    [explained] = content["lines"]
    assert evaluated(explained)[2] == Decimal("0.246")
    assert explained["facts"]["usage"] == [
        {"date": "2026-10-03", "meter": "data", "variant": "", "quantity": "2000000"}
    ]
    assert not explained["changed"]
    assertContains(clerk.get(WHY, DATA), "counts them again")


def test_what_has_changed_since_the_evaluation_is_said(clerk: Client, october: Bill) -> None:
    meter, sim = Meter.objects.get(code="data"), Device.objects.get(key="999002")
    at = october.month.start + timedelta(days=2)
    factories.record(device=sim, account=october.account, meter=meter, at=at, quantity=5)
    [explained] = told(clerk, WHY, **DATA)["lines"]
    assert explained["changed"]
    assert explained["line"]["amount"] == "0.246"
    assert explained["steps"][-1]["quantity"] == "2000005"
    assertContains(clerk.get(WHY, DATA), "have changed since this line was evaluated")


def test_a_line_whose_facts_are_gone_is_told_by_itself(clerk: Client, october: Bill) -> None:
    sim, since = Device.objects.get(key="999002"), october.month.start + timedelta(days=2)
    factories.status(device=sim, status="terminated", since=since)
    query = DATA | {"name": "basicCharge-active"}
    [explained] = told(clerk, WHY, **query)["lines"]
    assert (explained["in_depth"], explained["changed"]) == (False, True)
    assert explained["steps"] == [
        {"step": "amount", "quantity": "1", "unit_price": "60", "amount": "60"}
    ]
    assertContains(clerk.get(WHY, query), "have changed since this line was evaluated")


def test_the_page_tells_facts_rule_price_and_equation(clerk: Client, october: Bill) -> None:
    response = clerk.get(WHY, DATA)
    for text in (
        "What the meters count, by device, day and variant.",
        "Rule sum, version 1.",
        "2,000,000 × 0.000000123",
        "0.246 JPY",
        "Price of dataTrafficCharge",
        "3 October 2026",
    ):
        assertContains(response, text)
    assertContains(response, 'href="/devices/999002/"')
    assertNotContains(response, "have changed")


def test_the_line_list_leads_to_each_explanation(clerk: Client, october: Bill) -> None:
    address = (
        "why/?device=999002&amp;date=20261003&amp;name=dataTrafficCharge&amp;price=0.000000123"
    )
    assertContains(clerk.get("/bills/AGG/japan/2026-10/lines/?device=999002"), address)
    assertContains(clerk.get(WHY, DATA | {"price": "0.000000123"}), "0.246 JPY")


def test_a_line_of_no_device_is_explained(clerk: Client, october: Bill) -> None:
    [explained] = told(clerk, WHY, date="20261005", name="dataTrafficCharge")["lines"]
    assert evaluated(explained)[1] == 7


@pytest.mark.parametrize(
    "changed",
    [
        {"device": "999009"},
        {"device": "<script>"},
        {"date": "20261004"},
        {"date": ""},
        {"date": "x" * 10_000},
        {"name": "=cmd()"},
        {"name": "\x00"},
        {"price": "1"},
        {"price": "nonsense"},
        {"price": "1e999"},
    ],
)
def test_a_line_that_is_not_there_is_not_found(
    clerk: Client, october: Bill, changed: dict[str, str]
) -> None:
    assert clerk.get(WHY, DATA | changed).status_code == 404


@pytest.mark.parametrize("address", [WHY, "/bills/AGG/global/2026-10/why/"])
def test_other_people_see_nothing(
    client: Client, october: Bill, stranger: Any, november: None, address: str
) -> None:
    client.force_login(stranger)
    assert client.get(address, DATA).status_code == 404


def test_of_a_running_month_only_the_device_asked_for_is_loaded(
    clerk: Client, october: Bill, monkeypatch: pytest.MonkeyPatch
) -> None:
    scopes: list[Scope] = []

    def spied(scope: Scope, *, bands: Any) -> Any:
        scopes.append(scope)
        return frames.load(scope, bands=bands)

    monkeypatch.setattr(shards, "usage_frames", SimpleNamespace(Scope=Scope, load=spied))
    told(clerk, WHY, **DATA)
    told(clerk, WHY, date="20261005", name="dataTrafficCharge")
    meters = frozenset({"data"})
    assert [scope.wanted for scope in scopes] == [
        Wanted("999002", meters, date(2026, 10, 3)),
        Wanted(None, meters),
    ]
