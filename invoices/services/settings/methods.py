"""By card or by invoice, from the running month on."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import PaymentMethod
from invoices.models import MethodPoint
from invoices.selectors.cards import has_card
from invoices.selectors.paying import Paying
from invoices.selectors.paying_history import Deed
from invoices.selectors.settings import today
from invoices.services.settings import news
from invoices.services.settings.ground import Who, check_payer, hold, record
from invoices.services.settings.refusals import CannotSwitch


def switch(*, account: Account, coverage: str, method: PaymentMethod, who: Who) -> bool:
    """Let a coverage be paid so from the running month on; False if it is already.

    Customers go back to a card that they have; to invoices leads an application, or staff. Raises
    CannotSwitch or NotBilled.
    """
    with transaction.atomic():
        held = hold(account=account, who=who)
        way = held.ways[coverage]
        if way.method == method:
            return False
        check_payer(held)
        refuse_switch(held, coverage, method, who)
        enter(held, coverage, method)
        month = held.month.iso
        record(Deed.METHOD, held, who, coverage=coverage, method=str(method), month=month)
        news.method_changed(held, coverage, method=method, who=who)
    return True


def refuse_switch(held: Paying, coverage: str, method: PaymentMethod, who: Who) -> None:
    """Raise CannotSwitch where this method cannot be."""
    if held.merged:
        raise CannotSwitch(_("Japan and Global are on one invoice. Separate the invoices first."))
    if method == PaymentMethod.INVOICE:
        if not who.is_staff:
            raise CannotSwitch(_("Request invoice payment: our staff decide on it."))
        if held.ways[coverage].profile is None:
            raise CannotSwitch(_("Enter the invoice details of this coverage first."), "coverage")
    elif not who.is_staff and not has_card(
        account_id=held.account.pk, coverage=coverage, today=today(now=who.now)
    ):
        raise CannotSwitch(_("Register a card first."))


def enter(held: Paying, coverage: str, method: PaymentMethod) -> Month:
    """Write from when on it holds: the running month, under the lock of its account."""
    subject = {"account": held.account, "coverage": coverage, "since": held.month}
    point = MethodPoint.objects.filter(**subject).first() or MethodPoint(**subject)
    point.method = method
    point.save()
    return held.month
