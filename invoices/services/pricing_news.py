"""Telling customers of prices before they begin, each once for each day on which some do."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.utils import translation

from accounts.models import Account, Mail, User
from accounts.services import mail
from billing_portal.common.parts.figures import day
from billing_portal.common.periods import Month
from invoices.models import Bill, Price, PriceNotice
from invoices.selectors.catalog import Announced, announced_to
from usage.selectors.chunks import chunks

KIND = "price-change"
CHUNK = 500
NAMED = 5
"""So many items are named in a letter; the page has all of them."""


def announce(*, now: datetime) -> int:
    """Queue what is to be told by now; return how many notices. Safe to run twice, and at once.

    The number of queries depends on that of the chunks of accounts, not on that of the accounts.
    """
    today = now.date()
    until = today + timedelta(days=settings.PRICE_NOTICE_DAYS)
    days = Price.objects.filter(since__gt=today, since__lte=until).order_by()
    since = set(days.values_list("since", flat=True))
    if not since:
        return 0
    billed = Bill.objects.filter(month__gte=Month.of(today).previous).values("account")
    accounts = list(Account.objects.filter(pk__in=billed).order_by("pk"))
    return sum(_announce(some, since, now) for some in chunks(accounts, CHUNK))


def _announce(accounts: Sequence[Account], days: Collection[date], now: datetime) -> int:
    ids = [account.pk for account in accounts]
    found = announced_to(account_ids=ids, after=now.date())
    with transaction.atomic():
        # Who comes at the same time waits here, and finds all of them told.
        list(Account.objects.filter(pk__in=ids).select_for_update(no_key=True).order_by("pk"))
        told = set(PriceNotice.objects.filter(account__in=ids).values_list("account", "since"))
        people = mail.people_of_all(account_ids=ids, kind=KIND)
        notices: list[PriceNotice] = []
        letters: list[Mail] = []
        for account in accounts:
            for since, prices in _by_day(found[account.pk], days):
                if (account.pk, since) not in told:
                    notices.append(PriceNotice(account=account, since=since, told_at=now))
                    letters += _letters(account, since, prices, people[account.pk], now)
        PriceNotice.objects.bulk_create(notices)
        mail.queue_all(mails=letters)
    return len(notices)


def _by_day(
    found: Iterable[Announced], days: Collection[date]
) -> Iterator[tuple[date, list[Announced]]]:
    for since, prices in groupby(found, key=lambda each: each.price.since):
        if since in days:
            yield since, list(prices)


def _letters(
    account: Account,
    since: date,
    prices: Sequence[Announced],
    people: Sequence[User],
    now: datetime,
) -> Iterator[Mail]:
    for person in people:
        with translation.override(person.language):
            context = _context(account, since, prices, person.language)
        yield mail.written(
            to=person.email,
            kind=KIND,
            language=person.language,
            context=context,
            now=now,
            account_key=account.key,
        )


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
