"""Staff pages about what things cost; one module for each topic."""

from invoices.admin import (
    bills,
    catalog,
    credits,  # noqa: A004 - the topic has this name in every layer
    documents,
    exchange,
    facts,
    fees,
    orders,
    paying,
    payments,
    plans,
    points,
    runs,
    settings,
    transfers,
)

__all__ = [
    "bills",
    "catalog",
    "credits",
    "documents",
    "exchange",
    "facts",
    "fees",
    "orders",
    "paying",
    "payments",
    "plans",
    "points",
    "runs",
    "settings",
    "transfers",
]
