"""The mail that confirms a purchase: to all who may change how the account pays."""

from django.utils import translation

from accounts.services import mail
from billing_portal.common.parts.figures import day
from invoices.models import PlanPurchase
from invoices.services.settings import Who
from invoices.services.settings.news import people


def taken(purchase: PlanPurchase, *, who: Who) -> None:
    """Say which plan was taken, by whom, and from when on it holds."""
    account, plan = purchase.account, purchase.plan
    for person in people(account):
        with translation.override(person.language):
            since = day(purchase.since)
        mail.queue(
            to=person.email,
            kind="plan-taken",
            language=person.language,
            context={
                "team": account.team_name,
                "plan": plan.name or plan.code,
                "since": since,
                "actor": who.said,
                "link": f"{mail.link('plans')}?account={account.key}",
            },
            account_key=account.key,
            now=who.now,
        )
