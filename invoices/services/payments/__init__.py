"""Payments: what is open, cards and charges, transfers, credit, reminders."""

from invoices.services.payments import (
    cards,
    charging,
    events,
    gateway,
    ledger,
    receivables,
    refunds,
    reminding,
)
from invoices.services.payments.refusals import BadAmount, CardRefused, NotTheirs, PaymentRefused

__all__ = [
    "BadAmount",
    "CardRefused",
    "NotTheirs",
    "PaymentRefused",
    "cards",
    "charging",
    "events",
    "gateway",
    "ledger",
    "receivables",
    "refunds",
    "reminding",
]
