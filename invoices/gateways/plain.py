"""What a gateway takes and returns: plain values. A card's number is in none of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class GatewayDown(Exception):
    """No answer, or one that says nothing: what was asked may have been done or not.

    Ask again with the same key.
    """


class BadSignature(ValueError):
    """An event that the gateway did not sign, or signed too long ago."""


@dataclass(frozen=True, slots=True)
class CardFacts:
    """A card as the gateway knows it. Usable through the last day of its month."""

    reference: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, slots=True)
class SetupPage:
    """The gateway's own page on which the card is typed in."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class Charged:
    reference: str


@dataclass(frozen=True, slots=True)
class Declined:
    """`code` is a word of the gateway such as `card_declined`."""

    code: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ChargeEvent:
    """A charge came to an end; `key` is the one that it was asked for with."""

    key: str
    result: Charged | Declined


@dataclass(frozen=True, slots=True)
class CardEvent:
    """The network changed a card: a new number or expiry, without the customer."""

    card: CardFacts


@dataclass(frozen=True, slots=True)
class SetupEvent:
    """A customer has typed in a card."""

    reference: str


@dataclass(frozen=True, slots=True)
class Event:
    """What the gateway tells of itself, signed. `what` is None for kinds that we do not follow."""

    id: str
    kind: str
    at: datetime
    what: ChargeEvent | CardEvent | SetupEvent | None


class Gateway(Protocol):
    """Amounts are minor units. Each call may raise GatewayDown."""

    name: str

    def customer(self, *, key: str, name: str) -> str:
        """Return the reference of a new customer; the same one for the same key."""
        ...

    def begin_setup(self, *, key: str, customer: str, return_url: str) -> SetupPage:
        """Return the page on which the customer types the card, before coming back to us."""
        ...

    def finish_setup(self, *, reference: str) -> CardFacts | None:
        """Return the card that was typed in, None while there is none."""
        ...

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
        """Charge a card once for a key, however often it is asked.

        `asked_before`: an earlier asking with this key may have been done or not.
        """
        ...

    def refund(self, *, key: str, charge: str, amount_minor: int) -> Charged | Declined:
        """Give back a part of a charge, once for a key."""
        ...

    def forget(self, *, card: str) -> None:
        """Let the gateway forget a card; one that it does not know is no error."""
        ...

    def read_event(self, *, body: bytes, signature: str, now: datetime) -> Event:
        """Read what was posted to us. Raises BadSignature."""
        ...
