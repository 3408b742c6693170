"""Stripe behind our interface. Cards are typed in on Stripe's own page, never on ours."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from invoices.gateways.plain import (
    BadSignature,
    CardEvent,
    CardFacts,
    Charged,
    ChargeEvent,
    Declined,
    Event,
    GatewayDown,
    SetupEvent,
    SetupPage,
)

TOLERANCE = timedelta(minutes=5)
TIMEOUT = (5.0, 30.0)
"""Seconds to connect, and for the answer."""
KEY = "meisai_key"
Answer = TypeVar("Answer")


class StripeGateway:
    name = "stripe"

    def __init__(self, *, api_key: str, webhook_secret: str, url: str) -> None:
        # Here, because it takes most of a second and a portal without Stripe need not wait for it.
        import stripe

        self._stripe: Any = stripe
        self._secret = webhook_secret
        self._web: Any = stripe.RequestsClient(timeout=TIMEOUT)
        self._client: Any = stripe.StripeClient(
            api_key,
            base_addresses={"api": url},
            http_client=self._web,
            max_network_retries=1,
        )

    def close(self) -> None:
        """Let go of the connections that are kept open."""
        self._web.close()

    def customer(self, *, key: str, name: str) -> str:
        found = self._ask(
            lambda: self._client.v1.customers.create(
                {"name": name, "metadata": {KEY: key}}, {"idempotency_key": key}
            )
        )
        return str(found.id)

    def begin_setup(self, *, key: str, customer: str, return_url: str) -> SetupPage:
        wanted = {
            "mode": "setup",
            "customer": customer,
            "payment_method_types": ["card"],
            "success_url": return_url,
            "cancel_url": return_url,
        }
        sessions = self._client.v1.checkout.sessions
        session = self._ask(lambda: sessions.create(wanted, {"idempotency_key": key}))
        return SetupPage(str(session.id), str(session.url))

    def finish_setup(self, *, reference: str) -> CardFacts | None:
        expand = {"expand": ["setup_intent.payment_method"]}
        sessions = self._client.v1.checkout.sessions
        session = self._ask(lambda: sessions.retrieve(reference, expand))
        if session.status != "complete" or session.setup_intent is None:
            return None
        return _card(session.setup_intent.payment_method)

    def charge(
        self,
        *,
        key: str,
        customer: str,
        card: str,
        amount_minor: int,
        currency: str,
        label: str,
        asked_before: bool,
    ) -> Charged | Declined:
        wanted = {
            "amount": amount_minor,
            "currency": currency.lower(),
            "customer": customer,
            "payment_method": card,
            "payment_method_types": ["card"],
            "off_session": True,
            "confirm": True,
            "description": label,
            "metadata": {KEY: key},
        }
        intents = self._client.v1.payment_intents
        try:
            intent = self._known(customer, key) if asked_before else None
            if intent is None:
                intent = self._ask(lambda: intents.create(wanted, {"idempotency_key": key}))
        except self._stripe.CardError as error:
            return Declined(str(error.error.decline_code or error.code or "card_error"))
        except self._stripe.InvalidRequestError as error:
            return Declined(str(error.code or "invalid_request"))
        return _result(intent)

    def refund(self, *, key: str, charge: str, amount_minor: int) -> Charged | Declined:
        wanted = {"payment_intent": charge, "amount": amount_minor, "metadata": {KEY: key}}
        try:
            refunds = self._client.v1.refunds
            made = self._ask(lambda: refunds.create(wanted, {"idempotency_key": key}))
        except self._stripe.InvalidRequestError as error:
            return Declined(str(error.code or "invalid_request"))
        failed = made.status in {"failed", "canceled"}
        return Declined(str(made.status), made.id) if failed else Charged(str(made.id))

    def forget(self, *, card: str) -> None:
        try:
            self._ask(lambda: self._client.v1.payment_methods.detach(card))
        except self._stripe.InvalidRequestError:
            return

    def read_event(self, *, body: bytes, signature: str, now: datetime) -> Event:
        if not signature.isascii():  # the library compares text
            raise BadSignature("wrong signature")
        verify = self._stripe.WebhookSignature.verify_header
        try:
            verify(body.decode(), signature, self._secret, None)
            at = next(part for part in signature.split(",") if part.startswith("t="))[2:]
        except (self._stripe.SignatureVerificationError, UnicodeDecodeError) as error:
            raise BadSignature(str(error)) from error
        if abs(now - datetime.fromtimestamp(int(at), UTC)) > TOLERANCE:
            raise BadSignature("too old")
        return _event(json.loads(body))

    def _known(self, customer: str, key: str) -> Any:
        """What became of an earlier asking: Stripe forgets keys after a day."""
        listed = self._ask(
            lambda: self._client.v1.payment_intents.list({"customer": customer, "limit": 100})
        )
        for each in listed.auto_paging_iter():
            if (each.to_dict()["metadata"] or {}).get(KEY) == key:
                return each
        return None

    def _ask(self, request: Callable[[], Answer]) -> Answer:
        """Raises GatewayDown where Stripe says nothing of what we asked for."""
        stripe = self._stripe
        try:
            return request()
        except (stripe.CardError, stripe.InvalidRequestError):
            raise
        except stripe.StripeError as error:
            raise GatewayDown(f"{type(error).__name__}: {error}") from error


def _result(intent: Any) -> Charged | Declined:
    if intent.status == "succeeded":
        return Charged(str(intent.id))
    if intent.status == "processing":
        raise GatewayDown("processing")
    return Declined(_code(intent.to_dict().get("last_payment_error"), intent.status), intent.id)


def _code(problem: dict[str, Any] | None, otherwise: str) -> str:
    """Why it failed: the word of the bank, or else that of Stripe."""
    said = problem or {}
    return str(said.get("decline_code") or said.get("code") or otherwise)


def _card(method: Any) -> CardFacts:
    card = method["card"]
    facts = (str(card["brand"]), str(card["last4"]), int(card["exp_month"]), int(card["exp_year"]))
    return CardFacts(str(method["id"]), *facts)


def _event(values: dict[str, Any]) -> Event:
    kind, what = str(values["type"]), values["data"]["object"]
    at = datetime.fromtimestamp(int(values["created"]), UTC)
    return Event(str(values["id"]), kind, at, _what(kind, what))


def _what(kind: str, what: dict[str, Any]) -> ChargeEvent | CardEvent | SetupEvent | None:
    key = (what.get("metadata") or {}).get(KEY, "")
    match kind:
        case "payment_intent.succeeded" if key:
            return ChargeEvent(key, Charged(what["id"]))
        case "payment_intent.payment_failed" if key:
            code = _code(what.get("last_payment_error"), "card_error")
            return ChargeEvent(key, Declined(code, what["id"]))
        case "payment_method.automatically_updated":
            return CardEvent(_card(what))
        case "checkout.session.completed" if what.get("mode") == "setup":
            return SetupEvent(str(what["id"]))
    return None
