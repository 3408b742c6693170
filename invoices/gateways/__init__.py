"""Who charges cards: one interface, a sandbox in which no money moves, and Stripe."""

from invoices.gateways.plain import (
    BadSignature,
    CardEvent,
    CardFacts,
    Charged,
    ChargeEvent,
    Declined,
    Event,
    Gateway,
    GatewayDown,
    SetupEvent,
    SetupPage,
)
from invoices.gateways.sandbox import Sandbox
from invoices.gateways.stripe_gateway import StripeGateway

__all__ = [
    "BadSignature",
    "CardEvent",
    "CardFacts",
    "ChargeEvent",
    "Charged",
    "Declined",
    "Event",
    "Gateway",
    "GatewayDown",
    "Sandbox",
    "SetupEvent",
    "SetupPage",
    "StripeGateway",
]
