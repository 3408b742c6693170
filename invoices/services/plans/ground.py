"""What everything about device plans stands on: who pays, and whether they can."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.selectors.tree import tree_in
from billing_portal.common.periods import Month
from invoices.selectors.cards import has_card
from invoices.selectors.paying import Paying
from invoices.selectors.settings import today
from invoices.services.plans.refusals import FeaturesOff, NoCard, NotPaying


def payer_of(*, account: Account, now: datetime) -> Account:
    """Who pays for an account now. Raises NotPaying."""
    payer = tree_in(month=Month.of(now)).payer_of(account.pk)
    if payer is None:
        text = _("Nobody is billed for %(account)s yet.")
        raise NotPaying(text % {"account": account.key})
    return Account.objects.get(pk=payer)


def check_features(*, account_ids: Collection[int]) -> None:
    """Raise FeaturesOff if a payment failed for good, or staff switched the features off."""
    off = Account.objects.filter(pk__in=account_ids, features_enabled=False).order_by("pk").first()
    if off is not None:
        raise FeaturesOff(off)


def check_payment(*, held: Paying, coverage: str, now: datetime) -> None:
    """Raise PaymentNeeded unless what is taken now can be paid when its month ends."""
    check_features(account_ids=[held.account.pk])
    way = held.ways[coverage]
    cards_of = "" if held.merged else coverage
    if not way.by_invoice and not has_card(
        account_id=held.account.pk, coverage=cards_of, today=today(now=now)
    ):
        raise NoCard(str(way.coverage.label))
