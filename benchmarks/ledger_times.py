"""What `benchmarks/ledger.py` measures with one database: run by it, in a process of its own."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter, process_time
from uuid import UUID

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Membership, Placement, User
from usage.models import Campaign, QuotaEntry, QuotaLedger, ServicePackage
from usage.services.packages import PackageWish, packages

EVENTS = 100_000
TENANTS = 2_000
PROMISED = 300
REPEATS = 5
BATCH = 5_000
START = datetime(2026, 1, 1, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)
CLERK, TENANT = "clerk@example.com", "tenant@example.com"
PATH = "/service-package-history/?month=2026-10"
FILTERS = ("", "&campaign=4321", "&campaign=nothing", "&event=reservation_release", "&page=1000")


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds by the clock and of the processor, and queries."""

    what: str
    wall: float
    cpu: float
    queries: int


def measure(backend: str) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    build()
    pages = [*(_page(CLERK, query) for query in FILTERS), _page(TENANT, "")]
    for page in pages:
        print(f"  {page.wall:6.0f} ms {page.cpu:6.0f} CPU {page.queries:3} queries {page.what}")
    first, slow = pages[0], max(pages, key=lambda page: page.cpu)
    print(
        f"| package history, {EVENTS:,} events in a month, {backend} | {PROMISED} ms"
        f" | {first.wall:.0f} ms, {first.cpu:.0f} CPU | {first.queries} queries;"
        f" `{slow.what}` {slow.wall:.0f} ms, {slow.cpu:.0f} CPU |",
        flush=True,
    )


def _page(person: str, query: str) -> Took:
    """Ask once to warm up and count queries, then for the time."""
    client = Client()
    user = User.objects.get(email=person)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    with CaptureQueriesContext(connection) as captured:
        if (status := client.get(PATH + query).status_code) != 200:
            sys.exit(f"{PATH + query}: {status}")
        queries = len(captured)
    walls, works = [], []
    for _repeat in range(REPEATS):
        began, worked = perf_counter(), process_time()
        client.get(PATH + query)
        walls.append((perf_counter() - began) * 1000)
        works.append((process_time() - worked) * 1000)
    return Took(query or person, median(walls), median(works), queries)


def build() -> None:
    """An aggregator with 2,000 tenants; campaigns of all of them, each finished soon."""
    accounts = _accounts()
    payer = accounts[0]
    wish = PackageWish(account=payer, quota=10_000_000)
    package = packages.create(wish=wish, starts_at=START, actor="bench", now=START)
    ledger = QuotaLedger.objects.get(account=payer)
    campaigns = [_campaign(n, accounts, package) for n in range(EVENTS // 2)]
    Campaign.objects.bulk_create(campaigns, batch_size=BATCH)
    entries = list(_entries(campaigns, ledger, package))
    QuotaEntry.objects.bulk_create(entries, batch_size=BATCH)
    ledger.last_at = entries[-1].at
    ledger.save()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _accounts() -> list[Account]:
    accounts = Account.objects.bulk_create(
        Account(key=f"A{n:04}", team_name=f"Example {n}") for n in range(TENANTS + 1)
    )
    payer = accounts[0]
    Placement.objects.bulk_create(
        Placement(
            account=one,
            since=START.date(),
            parent=None if one is payer else payer,
            is_billing=one is payer,
        )
        for one in accounts
    )
    for email, account in ((CLERK, payer), (TENANT, accounts[1])):
        person = User.objects.create(email=email, language="en")
        Membership.objects.create(user=person, account=account, role="admin")
    return accounts


def _campaign(number: int, accounts: list[Account], package: ServicePackage) -> Campaign:
    started_at = OCTOBER + timedelta(seconds=number * 40)
    return Campaign(
        id=UUID(int=number + 1),
        name=f"roll-out {number}",
        account=accounts[number % len(accounts)],
        ledger_id=package.account_id,
        package=package,
        state="released",
        reserved=10,
        updated=7,
        started_at=started_at,
        ended_at=started_at + timedelta(seconds=20),
    )


def _entries(
    campaigns: list[Campaign], ledger: QuotaLedger, package: ServicePackage
) -> Iterator[QuotaEntry]:
    for one in campaigns:
        for reason, amount, at in (
            ("reservation", -10, one.started_at),
            ("reservation_release", 3, one.ended_at or one.started_at),
        ):
            ledger.number, ledger.balance = ledger.number + 1, ledger.balance + amount
            yield QuotaEntry(
                ledger=ledger,
                number=ledger.number,
                at=at,
                recorded_at=at,
                reason=reason,
                amount=amount,
                left=ledger.balance,
                package=package,
                campaign=one,
                account_id=one.account_id,
            )


if __name__ == "__main__":
    measure(sys.argv[1])
