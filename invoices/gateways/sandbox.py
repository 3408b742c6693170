"""A gateway in which no money moves, and which always does the same.

What a card does stands in its reference. The gateway's memory is a folder of small files, so that
it holds over processes and their death: a key that was asked with is answered again as before.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

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
BEHAVIOURS = {
    "works": ("Specimen", "4242", 12, 2099),
    "second": ("Specimen", "1111", 12, 2099),
    "declined": ("Specimen", "0002", 12, 2099),
    "declined-once": ("Specimen", "0341", 12, 2099),
    "expired": ("Specimen", "0069", 1, 2020),
    "times-out-after-charging": ("Specimen", "0044", 12, 2099),
    "times-out-before-charging": ("Specimen", "0051", 12, 2099),
}
"""What a card of the sandbox does when it is charged: brand, last digits and expiry of each."""


class Sandbox:
    name = "sandbox"

    def __init__(self, *, folder: Path, page_url: str, secret: str) -> None:
        self._folder, self._page_url = folder, page_url
        self._secret = secret.encode()

    def customer(self, *, key: str, name: str) -> str:
        return f"customer-{_digest(key, name)}"

    def begin_setup(self, *, key: str, customer: str, return_url: str) -> SetupPage:
        reference = f"setup-{_digest(key, customer)}"
        self._once("setups", reference, lambda: {"return_url": return_url})
        return SetupPage(reference, f"{self._page_url}?setup={reference}")

    def choose(self, *, reference: str, behaviour: str) -> str:
        """Do what the customer does on the page of a gateway; return where to go back to.

        Raises LookupError for a setup or behaviour that is not known.
        """
        setup = self._read("setups", reference)
        if setup is None or behaviour not in BEHAVIOURS:
            raise LookupError(reference)
        self._once("chosen", reference, lambda: {"behaviour": behaviour})
        return str(setup["return_url"])

    def finish_setup(self, *, reference: str) -> CardFacts | None:
        chosen = self._read("chosen", reference)
        if chosen is None:
            return None
        behaviour = str(chosen["behaviour"])
        return CardFacts(f"{behaviour}.{_digest(reference)}", *BEHAVIOURS[behaviour])

    def charge(
        self,
        *,
        key: str,
        customer: str,
        card: str,
        amount_minor: int,
        currency: str,
        label: str,
        asked_before: bool,  # noqa: ARG002 - the folder knows
    ) -> Charged | Declined:
        behaviour = card.partition(".")[0]
        known = self._read("charges", key)
        is_silent = known is None and behaviour == "times-out-before-charging"
        if is_silent and self._once("silences", key, dict):
            raise GatewayDown("no answer")
        asked = {"customer": customer, "card": card, "amount": amount_minor,
                 "currency": currency, "label": label}  # fmt: skip
        is_new = self._once("charges", key, lambda: asked | {"code": self._code(card, behaviour)})
        if is_new and behaviour == "times-out-after-charging":
            raise GatewayDown("no answer")
        charge = self._read("charges", key) or {}
        code = str(charge["code"])
        return Declined(code) if code else Charged(f"charge-{_digest(key)}")

    def refund(self, *, key: str, charge: str, amount_minor: int) -> Charged | Declined:
        self._once("refunds", key, lambda: {"charge": charge, "amount": amount_minor})
        return Charged(f"refund-{_digest(key)}")

    def forget(self, *, card: str) -> None:
        """The sandbox keeps no cards."""

    def charges(self) -> list[dict[str, Any]]:
        """Everything that was charged, for tests: declined attempts left out."""
        files = sorted((self._folder / "charges").glob("*.json"))
        found = [json.loads(file.read_text()) for file in files]
        return [each for each in found if not each["code"]]

    def signed(self, event: dict[str, Any], *, now: datetime) -> tuple[bytes, str]:
        """Write an event as a gateway sends it: body and signature."""
        body = json.dumps(event).encode()
        at = str(int(now.timestamp()))
        return body, f"t={at},v1={self._sign(at, body)}"

    def read_event(self, *, body: bytes, signature: str, now: datetime) -> Event:
        parts = dict(part.partition("=")[::2] for part in signature.split(","))
        at, sign = parts.get("t", ""), parts.get("v1", "")
        if not at.isascii() or not at.isdecimal() or len(at) > 12:
            raise BadSignature("no time")
        # Compared as bytes: hmac refuses text that is not ASCII.
        if not hmac.compare_digest(self._sign(at, body).encode(), sign.encode()):
            raise BadSignature("wrong signature")
        if abs(now - datetime.fromtimestamp(int(at), UTC)) > TOLERANCE:
            raise BadSignature("too old")
        return _event(json.loads(body))

    def _sign(self, at: str, body: bytes) -> str:
        return hmac.new(self._secret, at.encode() + b"." + body, hashlib.sha256).hexdigest()

    def _code(self, card: str, behaviour: str) -> str:
        match behaviour:
            case "declined":
                return "card_declined"
            case "expired":
                return "expired_card"
            case "declined-once":
                return "card_declined" if self._once("declined", card, dict) else ""
        return ""

    def _read(self, kind: str, key: str) -> dict[str, Any] | None:
        try:
            values: dict[str, Any] = json.loads(self._path(kind, key).read_text())
        except FileNotFoundError:
            return None
        return values

    def _once(self, kind: str, key: str, values: Callable[[], dict[str, Any]]) -> bool:
        """Write a file unless it is there; say whether it was written. Whole or not at all."""
        path = self._path(kind, key)
        if path.exists():
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = path.with_suffix(f".{os.getpid()}")
        whole.write_text(json.dumps(values()))
        try:
            os.link(whole, path)
        except FileExistsError:
            return False
        finally:
            whole.unlink()
        return True

    def _path(self, kind: str, key: str) -> Path:
        return self._folder / kind / f"{_digest(key)}.json"


def _event(values: dict[str, Any]) -> Event:
    kind, what = str(values["kind"]), values.get("what", {})
    known: dict[str, Callable[[], ChargeEvent | CardEvent | SetupEvent]] = {
        "charge.succeeded": lambda: ChargeEvent(what["key"], Charged(what["reference"])),
        "charge.failed": lambda: ChargeEvent(what["key"], Declined(what["code"])),
        "card.updated": lambda: CardEvent(CardFacts(**what)),
        "setup.completed": lambda: SetupEvent(what["reference"]),
    }
    made = known[kind]() if kind in known else None
    return Event(str(values["id"]), kind, datetime.fromisoformat(values["at"]), made)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
