"""Stripe behind our interface, against a server of our own that speaks its API."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from invoices.gateways import (
    BadSignature,
    CardEvent,
    CardFacts,
    Charged,
    ChargeEvent,
    Declined,
    GatewayDown,
    SetupEvent,
    StripeGateway,
)
from tests.invoices.gateways import stripe_server
from tests.invoices.gateways.stripe_server import CARD, Stripe

SECRET = "whsec_test"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[Stripe]:
    with stripe_server.running() as stripe:
        yield stripe


@pytest.fixture
def stripe(server: Stripe) -> Stripe:
    """The server with an empty memory."""
    url = server.url
    vars(server).update(vars(Stripe()) | {"url": url})
    return server


@pytest.fixture
def gateway(stripe: Stripe, monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeGateway]:
    monkeypatch.setattr("stripe.HTTPClient._sleep_time_seconds", lambda *_a, **_k: 0, raising=False)
    made = StripeGateway(api_key="sk_test_none", webhook_secret=SECRET, url=stripe.url)
    yield made
    made.close()


def charge(gateway: StripeGateway, method: str, **changes: Any) -> Charged | Declined:
    values = {"key": "k-1", "customer": "cus_1", "card": method, "amount_minor": 1415,
              "currency": "JPY", "label": "ST-1", "asked_before": False}  # fmt: skip
    return gateway.charge(**{**values, **changes})


def test_a_card_is_set_up_on_the_page_of_stripe(gateway: StripeGateway, stripe: Stripe) -> None:
    customer = gateway.customer(key="c", name="Specimen")
    page = gateway.begin_setup(key="s", customer=customer, return_url="https://meisai.example/")
    assert (customer, page.url) == ("cus_1", "https://pay.example/1")
    assert gateway.finish_setup(reference=page.reference) is None
    stripe.setup_done = True
    facts = gateway.finish_setup(reference=page.reference)
    assert facts == CardFacts("pm_works", "visa", "4242", 12, 2031)


def test_a_charge_is_confirmed_at_once_with_its_key(gateway: StripeGateway, stripe: Stripe) -> None:
    assert charge(gateway, "pm_works") == Charged("pi_1")
    [(_address, sent)] = stripe.asked
    wanted = {"amount": "1415", "currency": "jpy", "off_session": "true", "confirm": "true"}
    assert wanted.items() <= sent.items()
    assert charge(gateway, "pm_works") == Charged("pi_1")
    assert len(stripe.intents) == 1


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("pm_declined", "insufficient_funds"),
        ("pm_confirm", "requires_action"),
        ("pm_gone", "resource_missing"),
    ],
)
def test_what_stripe_refuses_is_a_failure_with_its_word(
    gateway: StripeGateway, method: str, code: str
) -> None:
    result = charge(gateway, method)
    assert isinstance(result, Declined)
    assert result.code == code


@pytest.mark.parametrize("keys_are_forgotten", [False, True])
def test_a_charge_without_an_answer_is_found_again(
    gateway: StripeGateway, stripe: Stripe, keys_are_forgotten: bool
) -> None:
    stripe.hang_ups = 2  # our asking, and the library's own second one
    with pytest.raises(GatewayDown):
        charge(gateway, "pm_silent")
    if keys_are_forgotten:
        stripe.forget_keys()
    assert charge(gateway, "pm_silent", asked_before=True) == Charged("pi_1")
    assert len(stripe.intents) == 1


def test_money_goes_back_and_cards_are_forgotten(gateway: StripeGateway, stripe: Stripe) -> None:
    assert gateway.refund(key="r", charge="pi_1", amount_minor=5) == Charged("re_1")
    gateway.forget(card="pm_works")
    assert stripe.asked[-1][0] == "POST /v1/payment_methods/pm_works/detach"


def test_a_server_that_is_not_there_is_down() -> None:
    nobody = StripeGateway(api_key="sk", webhook_secret=SECRET, url="http://127.0.0.1:1")
    with pytest.raises(GatewayDown):
        nobody.customer(key="c", name="Specimen")
    nobody.close()


def posted(kind: str, what: dict[str, Any], *, at: datetime = NOW) -> tuple[bytes, str]:
    event = {"id": "evt_1", "type": kind, "created": 1_790_000_000, "data": {"object": what}}
    body, stamp = json.dumps(event).encode(), str(int(at.timestamp()))
    signed = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return body, f"t={stamp},v1={signed.hexdigest()}"


KEY = {"metadata": {"meisai_key": "k-1"}}
EVENTS: list[tuple[str, dict[str, Any], Any]] = [
    ("payment_intent.succeeded", {"id": "pi_1", **KEY}, ChargeEvent("k-1", Charged("pi_1"))),
    (
        "payment_intent.payment_failed",
        {"id": "pi_1", **KEY, "last_payment_error": {"code": "expired_card"}},
        ChargeEvent("k-1", Declined("expired_card", "pi_1")),
    ),
    ("payment_intent.succeeded", {"id": "pi_2", "metadata": {}}, None),
    (
        "payment_method.automatically_updated",
        {"id": "pm_works", "card": CARD},
        CardEvent(CardFacts("pm_works", "visa", "4242", 12, 2031)),
    ),
    ("checkout.session.completed", {"id": "cs_1", "mode": "setup"}, SetupEvent("cs_1")),
    ("customer.created", {"id": "cus_1"}, None),
]


@pytest.mark.parametrize(("kind", "what", "found"), EVENTS)
def test_signed_events_are_read(
    gateway: StripeGateway, kind: str, what: dict[str, Any], found: Any
) -> None:
    body, signature = posted(kind, what)
    event = gateway.read_event(body=body, signature=signature, now=NOW)
    assert (event.id, event.what) == ("evt_1", found)


@pytest.mark.parametrize("forged", ["", "t=1,v1=0", "v1=0", "t=x,v1=0", "t=٣,v1=é"])
def test_forged_events_are_refused(gateway: StripeGateway, forged: str) -> None:
    body, _signature = posted("customer.created", {})
    with pytest.raises(BadSignature):
        gateway.read_event(body=body, signature=forged, now=NOW)


def test_old_events_and_changed_ones_are_refused(gateway: StripeGateway) -> None:
    body, signature = posted("customer.created", {}, at=NOW - timedelta(minutes=6))
    for changed in (body, body + b" "):
        with pytest.raises(BadSignature):
            gateway.read_event(body=changed, signature=signature, now=NOW)
