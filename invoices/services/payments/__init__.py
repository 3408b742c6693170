"""Payments: what is open, cards and charges, transfers, credit, reminders."""

from invoices.services.payments import ledger, receivables
from invoices.services.payments.refusals import BadAmount, CardRefused, NotTheirs, PaymentRefused

__all__ = ["BadAmount", "CardRefused", "NotTheirs", "PaymentRefused", "ledger", "receivables"]
