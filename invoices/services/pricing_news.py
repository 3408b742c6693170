"""Telling customers of prices before they begin, each once for each day on which some do."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.utils import translation

from accounts.models import Account
from accounts.services import mail
from billing_portal.common.parts.figures import day
from billing_portal.common.periods import Month
from invoices.models import Bill, Price, PriceNotice
from invoices.selectors.catalog import Announced, announced

KIND = "price-change"
NAMED = 5
"""So many items are named in a letter; the page has all of them."""


def announce(*, now: datetime) -> int:
    """Queue what is to be told by now; return how many accounts. Safe to run twice."""
    today = now.date()
    until = today + timedelta(days=settings.PRICE_NOTICE_DAYS)
    days = Price.objects.filter(since__gt=today, since__lte=until).order_by()
    since = sorted(set(days.values_list("since", flat=True)))
    if not since:
        return 0
    billed = Bill.objects.filter(month__gte=Month.of(today).previous).values("account")
    accounts = Account.objects.filter(pk__in=billed)
    return sum(_announce(account, since, now) for account in accounts.order_by("pk"))


def _announce(account: Account, days: Sequence[date], now: datetime) -> bool:
    found = announced(account=account, after=now.date())
    told = False
    for since in days:
        prices = [each for each in found if each.price.since == since]
        if prices:
            told |= _tell(account, since, prices, now)
    return told


def _tell(account: Account, since: date, prices: Sequence[Announced], now: datetime) -> bool:
    with transaction.atomic():
        _notice, is_new = PriceNotice.objects.get_or_create(
            account=account, since=since, defaults={"told_at": now}
        )
        if is_new:
            for person in mail.people_of(account=account, kind=KIND):
                with translation.override(person.language):
                    context = _context(account, since, prices, person.language)
                sent = {"account_key": account.key, "language": person.language}
                mail.queue(to=person.email, kind=KIND, context=context, now=now, **sent)
    return is_new


def _context(
    account: Account, since: date, prices: Sequence[Announced], language: str
) -> dict[str, str]:
    titles = list(dict.fromkeys(_title(each, language) for each in prices))
    return {
        "team": account.team_name,
        "since": day(since),
        "what": ", ".join(titles[:NAMED]) + (" …" if len(titles) > NAMED else ""),
        "link": f"{mail.link('bills')}?{urlencode({'account': account.key})}",
    }


def _title(each: Announced, language: str) -> str:
    item = each.price.item
    names = (item.title_ja, item.title_en) if language == "ja" else (item.title_en, item.title_ja)
    return names[0] or names[1] or item.name
