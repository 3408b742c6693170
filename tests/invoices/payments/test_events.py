"""What a gateway tells us: signed, once, in any order."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from billing_portal.common import clock
from invoices.models import Card, Charge, GatewayEvent
from invoices.services.payments import cards, gateway
from tests import factories
from tests.factories import NOW
from tests.invoices.payments import purse, till

pytestmark = pytest.mark.django_db
RENEWED = {"brand": "Specimen", "last4": "9999", "exp_month": 5, "exp_year": 2031}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def event(kind: str, what: dict[str, Any], *, name: str = "e-1", hours: int = 0) -> dict[str, Any]:
    at = (NOW + timedelta(hours=hours)).isoformat()
    return {"id": name, "kind": kind, "at": at, "what": what}


def post(values: dict[str, Any], **changes: Any) -> tuple[int, str]:
    body, signature = gateway.sandbox().signed(values, now=changes.get("now", NOW))
    answer = Client(enforce_csrf_checks=True).post(
        reverse("payment-webhook"),
        data=changes.get("body", body),
        content_type="application/json",
        headers={"Sandbox-Signature": changes.get("signature", signature)},
    )
    return answer.status_code, answer.content.decode()


FORGED: list[dict[str, Any]] = [
    {"signature": ""},
    {"signature": "t=1,v1=" + "0" * 64},
    {"signature": "t=\u0661,v1=é"},
    {"signature": "t=9999999999999999,v1=0"},
    {"body": b'{"id": "e-1"}'},
    {"now": NOW - timedelta(minutes=6)},
]


@pytest.mark.parametrize("changes", FORGED)
def test_what_the_gateway_did_not_sign_just_now_is_refused(changes: dict[str, Any]) -> None:
    if "signature" in changes:
        changes = {"signature": changes["signature"].encode().decode("latin-1")}
    assert post(event("card.updated", {}), **changes) == (400, "wrong signature")
    assert not GatewayEvent.objects.exists()


def test_a_charge_is_settled_once_however_often_it_is_told() -> None:
    account = factories.account()
    purse.add(account, "times-out-after-charging")
    row = till.owed(account)
    purse.work(row)
    key = Charge.objects.get().key
    done = event("charge.succeeded", {"key": key, "reference": "c-1"})
    late = event("charge.failed", {"key": key, "code": "late"}, name="e-0", hours=-1)
    assert [post(each)[1] for each in (done, done, late)] == ["done", "again", "nothing new"]
    assert till.entries(row) == [("card", 1000, 0)]


def test_a_card_renewed_by_its_network_is_updated_without_the_customer() -> None:
    card = purse.add(factories.account(), "expired")
    old, new = (
        event("card.updated", {**RENEWED, "reference": card.reference, "exp_year": year},
              name=str(year), hours=year - 2030)
        for year in (2030, 2031)
    )  # fmt: skip
    assert [post(each)[1] for each in (new, old)] == ["done", "nothing new"]
    card.refresh_from_db()
    assert (card.last4, card.exp_year, card.exp_month) == ("9999", 2031, 5)
    assert AuditEntry.objects.get(action="card.renew").detail["before"].endswith("2020-01")
    assert card.history.count() == 2


UNKNOWN: list[tuple[str, dict[str, Any]]] = [
    ("nothing.known", {}),
    ("charge.succeeded", {"key": "nobody's", "reference": "c"}),
    ("card.updated", {**RENEWED, "reference": "nobody's"}),
    ("setup.completed", {"reference": "nobody's"}),
]


@pytest.mark.parametrize(("kind", "what"), UNKNOWN)
def test_what_concerns_nothing_of_ours_is_taken_and_changes_nothing(
    kind: str, what: dict[str, Any]
) -> None:
    status, _outcome = post(event(kind, what))
    assert status == 200
    assert not Card.objects.exists()
    assert GatewayEvent.objects.count() == 1


def test_a_card_is_registered_by_the_event_if_nobody_comes_back() -> None:
    account = factories.account()
    setup = cards.begin(account=account, coverage="japan", actor="a", now=NOW)
    gateway.sandbox().choose(reference=setup.reference, behaviour="works")
    told = event("setup.completed", {"reference": setup.reference})
    assert post(told) == (200, "done")
    assert Card.objects.get().account == account


def test_the_sandbox_renews_a_card_when_it_is_told_to() -> None:
    card = purse.add(factories.account(), "expired")
    call_command("renew_card", str(card.pk), last4="9999", expires="2031-05", stdout=StringIO())
    card.refresh_from_db()
    assert (card.last4, card.exp_year, card.exp_month) == ("9999", 2031, 5)
    for pk, expires in (("0", "2031-05"), (str(card.pk), "soon")):
        with pytest.raises(CommandError):
            call_command("renew_card", pk, last4="1", expires=expires)
