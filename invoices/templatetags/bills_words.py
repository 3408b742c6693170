"""What the figures of a bill are, in words."""

from django import template
from django.utils.translation import gettext as _

from billing_portal.common.parts.figures import day
from invoices.choices import BillState
from invoices.models import Bill

register = template.Library()


@register.simple_tag
def counted(bill: Bill) -> str:
    """Whether a bill is final, and if not, up to which day it is counted (rules.md Q30)."""
    if bill.state == BillState.CLOSED:
        return _("Final")
    if bill.through is None:
        return _("Preliminary, no day is over yet")
    return _("Preliminary, counted through %(day)s UTC") % {"day": day(bill.through)}
