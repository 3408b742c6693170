"""From a form to a quotation."""

from accounts.views.visit import Visit
from billing_portal.common.staff import ActForm
from invoices.models import Order
from invoices.services import orders
from invoices.services.credits import CreditRefused
from invoices.services.orders import OrderWish


def quoted(visit: Visit, wish: OrderWish, form: ActForm) -> Order | None:
    """The quotation of what a form asks for; None where it is refused, and the form says why."""
    try:
        return orders.quote(wish=wish, now=visit.now)
    except CreditRefused as refusal:
        form.refuse(refusal)
        return None
