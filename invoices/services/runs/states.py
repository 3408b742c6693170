"""How an account of a month end begins anew."""

from typing import Any

from invoices.choices import ItemState

ANEW: dict[str, Any] = {
    "state": ItemState.PENDING,
    "problems": [],
    "error": "",
    "digest": "",
    "approved_by": "",
    "approved_at": None,
}
"""The columns of an item that is to be rated: whatever was approved of it counts no more."""
