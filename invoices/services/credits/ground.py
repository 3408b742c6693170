"""What every coupon and contract must stand on: an item, a billing account, months still open."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.selectors.tree import payer_of
from billing_portal.common.periods import BadMonth, Month
from invoices.choices import Region
from invoices.models import BillItem
from invoices.services.credits.refusals import BadTerms, MonthClosed, NotBilled, WrongItem
from usage.choices import MonthState
from usage.models import AccountMonth
from usage.services import months
from usage.services.months import MonthKey

COUPON = "coupon"
CONTRACT = "contract_units"
"""Rules of the catalogue: the items that coupons and contracts can be of."""
FURTHEST = 120
"""Months between now and either end. More is a slip of the keyboard."""
LONGEST_TEXT = 500


def check_item(*, item: BillItem, rule: str, coverage: str) -> None:
    """Raise WrongItem unless the item has this rule and exists in the coverage."""
    said = {"item": item.code, "coverage": coverage}
    if item.rule != rule:
        texts = {
            COUPON: _("Item %(item)s of the catalogue is no coupon."),
            CONTRACT: _("Item %(item)s of the catalogue is not charged by contracts."),
        }
        raise WrongItem(texts[rule] % said, "item")
    if item.region not in (Region.ALL, coverage):
        raise WrongItem(_("Item %(item)s does not exist in coverage %(coverage)s.") % said, "item")


def check_payer(*, account: Account, month: Month, field: str) -> None:
    """Raise NotBilled unless the account is billed itself in this month."""
    said: dict[str, Any] = {"account": account.key, "month": month}
    if account.ended_at is not None and Month.of(account.ended_at) < month:
        said["last"] = Month.of(account.ended_at)
        text = _("%(account)s has ended: %(last)s is the last month that is billed.")
        raise NotBilled(text % said, field)
    payer = payer_of(account_id=account.pk, month=month)
    if payer is None:
        raise NotBilled(_("%(account)s has no place in the tree in %(month)s.") % said, field)
    if payer != account.pk:
        said["payer"] = Account.objects.get(pk=payer).key
        text = _("%(account)s is not billed itself in %(month)s, but %(payer)s for it.")
        raise NotBilled(text % said, "account")


def check_reach(*, first: Month, last: Month, now: datetime) -> None:
    """Raise BadTerms unless the months are in order and not absurdly far."""
    if last < first:
        raise BadTerms(_("The last month lies before the first one."), "last_month")
    for name, month in (("first_month", first), ("last_month", last)):
        if abs(_between(Month.of(now), month)) > FURTHEST:
            text = _("%(month)s is more than %(most)d months from now.")
            raise BadTerms(text % {"month": month, "most": FURTHEST}, name)


def later(month: Month, months: int, field: str) -> Month:
    """Return the month so many months later; BadTerms where the calendar ends."""
    try:
        return month.plus(months)
    except BadMonth as error:
        raise BadTerms(str(error), field) from error


def words(text: str, *, field: str, required: bool = False) -> str:
    """Return a line of text as it is kept; BadTerms if it is too long, or empty and required."""
    clean = " ".join(text.replace("\0", "").split())
    if len(clean) > LONGEST_TEXT:
        said = {"limit": LONGEST_TEXT}
        raise BadTerms(_("Longer than %(limit)d characters. Shorten it.") % said, field)
    if required and not clean:
        raise BadTerms(_("Say why: the reason is kept."), field)
    return clean


def hold(*, account: Account, coverage: str, month: Month) -> list[AccountMonth]:
    """Lock the months of an account from this one on, as many as there are.

    The lock of the account keeps others from inserting one meanwhile. None is added here: a month
    that nobody has begun is rated with what is written now.
    """
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    rows = AccountMonth.objects.filter(account=account, coverage=coverage, month__gte=month)
    keys = [MonthKey(account.pk, coverage, each) for each in rows.values_list("month", flat=True)]
    return list(months.lock(keys=keys).values())


def closed_through(*, account: Account, coverage: str) -> Month | None:
    """Return the last closed month. Ask it under lock."""
    pair = (account.pk, coverage)
    return months.closed_through(pairs=[pair]).get(pair)


def refuse_closed(*, account: Account, coverage: str, month: Month, field: str = "") -> None:
    """Raise MonthClosed if this month is closed."""
    closed = closed_through(account=account, coverage=coverage)
    if closed is not None and closed >= month:
        raise MonthClosed(account, closed, field)


def tell(rows: Iterable[AccountMonth]) -> None:
    """Raise the version of those that are open: a bill rated meanwhile is rated again."""
    months.bump(months=[row for row in rows if row.state == MonthState.OPEN])


def _between(first: Month, last: Month) -> int:
    return (last.year - first.year) * 12 + last.number - first.number
