"""Payments: what is open, cards and charges, transfers, credit, reminders."""

from invoices.services.payments import (
    bankfile,
    cards,
    charging,
    corrections,
    events,
    gateway,
    ledger,
    receivables,
    refunds,
    reminding,
    transfers,
)
from invoices.services.payments.bankfile import BadFile
from invoices.services.payments.refusals import BadAmount, CardRefused, NotTheirs, PaymentRefused

__all__ = [
    "BadAmount",
    "BadFile",
    "CardRefused",
    "NotTheirs",
    "PaymentRefused",
    "bankfile",
    "cards",
    "charging",
    "corrections",
    "events",
    "gateway",
    "ledger",
    "receivables",
    "refunds",
    "reminding",
    "transfers",
]
