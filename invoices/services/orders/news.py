"""Telling people that an order came to nothing."""

from datetime import datetime
from urllib.parse import urlencode

from django.utils import translation

from accounts.services import mail
from billing_portal.common.parts.figures import money_text
from invoices.models import Order


def cancelled(*, order: Order, now: datetime) -> None:
    """An order could not be paid or carried out; queued in the transaction that cancels it."""
    account, kind = order.account, "order-cancelled"
    for person in mail.people_of(account=account, kind=kind):
        with translation.override(person.language):
            values = {
                "team": account.team_name,
                "order": order.key,
                "amount": money_text(order.total_minor, order.currency),
                "link": f"{mail.link('payment-coupons')}?{urlencode({'account': account.key})}",
            }
        mail.queue(
            to=person.email, kind=kind, language=person.language, context=values,
            account_key=account.key, now=now,
        )  # fmt: skip
