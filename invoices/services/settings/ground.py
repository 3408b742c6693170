"""What every change of payment settings stands on: the account held, who pays, the trail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.selectors.tree import payer_of
from accounts.services import audit
from billing_portal.common.periods import Month
from invoices.selectors.paying import Paying, paying
from invoices.selectors.paying_history import BOTH, Deed
from invoices.services.settings.refusals import NotBilled

LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Who:
    """Who changes something, and when. Staff may do what customers may not."""

    actor: str
    now: datetime
    is_staff: bool = False

    @property
    def said(self) -> str:
        """Whom mails name: customers are not told which of our people it was."""
        return "staff" if self.is_staff else self.actor

    @property
    def month(self) -> Month:
        """The running month, from which changes count (UTC)."""
        return Month.of(self.now)


def hold(*, account: Account, who: Who) -> Paying:
    """Lock the payment settings of an account until the transaction ends, and read them.

    The row of the account is the lock: there may be no other row yet.
    """
    held = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    return paying(account=held, month=who.month)


def check_payer(held: Paying) -> None:
    """Raise NotBilled unless the account pays for itself in the running month."""
    account, said = held.account, {"account": held.account.key, "month": held.month}
    if account.ended_at is not None and Month.of(account.ended_at) < held.month:
        raise NotBilled(_("%(account)s has ended. How it pays stays as it is.") % said)
    if payer_of(account_id=account.pk, month=held.month) != account.pk:
        text = _("%(account)s is not billed itself in %(month)s: somebody else pays for it.")
        raise NotBilled(text % said)


def record(deed: Deed, held: Paying, who: Who, *, coverage: str = BOTH, **detail: Any) -> None:
    """Write into the audit trail what the history on the page of payment is made of."""
    audit.record(
        actor=who.actor,
        action=deed,
        now=who.now,
        account_key=held.account.key,
        subject=coverage,
        detail=detail | ({"staff": True} if who.is_staff else {}),
    )


def words(text: str) -> str:
    """One line of text as it is kept."""
    return " ".join(text.replace("\0", "").split())[:LONGEST_TEXT]
