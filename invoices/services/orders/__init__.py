"""What customers order: quoted, confirmed, sold on a document, delivered or taken back."""

from invoices.services.orders.delivering import deliver, ready
from invoices.services.orders.ordering import VALID, cancel, confirm
from invoices.services.orders.quoting import OrderWish, quote

__all__ = ["VALID", "OrderWish", "cancel", "confirm", "deliver", "quote", "ready"]
