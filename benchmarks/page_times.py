"""What `benchmarks/pages.py` measures with one database: run by it, in a process of its own."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from typing import Any
from urllib.parse import quote

import django

django.setup()

from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from benchmarks import load, world
from benchmarks.server import served

REPEATS = 5
MILLISECONDS, QUERIES = 300, 15
SLOWEST = 12
# What one may type or choose on a customer's page; each is tried alone.
PORTAL = {
    "/": [""],
    "/bills/": ["", "state=closed", "coverage=japan", "month=2026-10", "q=2026", "sort=-net"],
    "/invoices/": ["", "q=INV-0000", "coverage=japan", "month=2026-10", "sort=-total", "page=2"],
    "/bills/AC00001/japan/2026-10/": [""],
    "/bills/AC00001/japan/2026-11/": [""],
    "/bills/AC00001/japan/2026-11/days/": [""],
    "/bills/AC00001/japan/2026-11/devices/": ["", "q=4401000000123", "sort=-amount", "page=20"],
    "/bills/AC00001/japan/2026-11/tags/": [""],
    "/bills/AC00001/japan/2026-11/groups/": [""],
    "/bills/AC00001/japan/2026-11/lines/": ["", "q=basicCharge"],
    "/devices/": [
        *("", "q=4401000000123", "q=unit 77", "q=nothing like it", "status=active", "group=meters"),
        *("tag=site=tokyo", "kind=subscriber", "sort=-key", "sort=group", "page=100"),
        "status=active&group=meters&q=unit",
    ],
    "/devices/440100000000077/": [""],
    "/settings/people/": [""],
}


@dataclass(frozen=True)
class Page:
    """One address, who asks for it, and how long it took in milliseconds: by the clock on the wall,
    and of the processor, which other programs do not lengthen (without that of PostgreSQL).
    """

    address: str
    who: str
    took: float
    cpu: float
    queries: int
    status: int


def measure(backend: str) -> None:
    """Make the database and its world, ask for all pages, print the slowest and the figures."""

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    began = perf_counter()
    world.build()
    print(f"{backend}: world made in {perf_counter() - began:.0f} s", flush=True)
    pages = [*portal(), *staff()]
    for page in sorted(pages, key=lambda page: -page.took)[:SLOWEST]:
        print(
            f"  {page.took:6.0f} ms  {page.cpu:6.0f} ms of CPU  {page.queries:3} queries"
            f"  {page.who}  {page.address}"
        )
    tell(backend, pages)
    print(f"| Home through gunicorn, {backend} | 300 ms | {through_gunicorn():.0f} ms | |")


def tell(backend: str, pages: list[Page]) -> None:
    """Print the figures as rows of the table (benchmarks/__main__.py)."""
    wrong = [page for page in pages if page.status != 200]
    for page in wrong:
        print(f"  status {page.status}: {page.who} {page.address}")
    seen = [page for page in pages if page.status == 200]
    home = next(page for page in seen if page.address == "/")
    lists = [page for page in seen if page is not home]
    slow = max(lists, key=lambda page: page.took)
    many = max(lists, key=lambda page: page.queries)
    middle = median(page.took for page in lists)
    print(
        f"| Home, {backend} | {MILLISECONDS} ms | {home.took:.0f} ms, {home.cpu:.0f} CPU "
        f"| {home.queries} queries |"
    )
    print(
        f"| Slowest of {len(lists)} first pages and filters, {backend} | {MILLISECONDS} ms "
        f"| {slow.took:.0f} ms, {slow.cpu:.0f} CPU | median {middle:.0f} ms; {slow.who}"
        f" `{slow.address}` |"
    )
    busy = max(lists, key=lambda page: page.cpu)
    print(
        f"| Most CPU of a page, {backend} | {MILLISECONDS} ms | {busy.cpu:.0f} ms"
        f" | {busy.who} `{busy.address}` |"
    )
    print(
        f"| Most queries of a page, {backend} | {QUERIES} | {many.queries} "
        f"| {many.who} `{many.address}` |"
    )


def portal() -> Iterator[Page]:
    """The pages of the customer with the most devices."""

    client = _signed_in(world.CLERK)
    for path, filters in PORTAL.items():
        for query in filters:
            yield _page(
                client, "customer", path + ("?" + quote(query, safe="=&-") if query else "")
            )


def staff() -> Iterator[Page]:
    """Every list of the staff: plain, searched, and with each choice of each filter."""
    client = _signed_in(world.STAFF)
    yield _page(client, "staff", reverse("admin:index"))
    for model, page in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        first, choices = _open(client, address)
        yield first
        if page.search_fields:
            yield _page(client, "staff", f"{address}?q=4401000000123")
            yield _page(client, "staff", f"{address}?q=nothing")
        for query in choices:
            yield _page(client, "staff", address + query)


def through_gunicorn() -> float:
    """Home as the clerk gets it from a real server; the median, in milliseconds."""
    cookie = _signed_in(world.CLERK).cookies.output(header="", sep=";").split(";")[0].strip()
    asks = [load.Ask("GET", "/", headers={"Cookie": cookie})] * (2 + 4 * REPEATS)
    with served() as server:
        return 1000 * median(load.in_turn(server.port, asks, connections=1).took[2:])


def _signed_in(person: int) -> Client:

    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=person), backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def _page(client: Client, who: str, address: str) -> Page:
    """Ask once to warm up and count queries, then for the time."""

    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        queries = len(captured)
    times, works = [], []
    for _repeat in range(REPEATS):
        began, worked = perf_counter(), process_time()
        client.get(address)
        times.append((perf_counter() - began) * 1000)
        works.append((process_time() - worked) * 1000)
        if times[0] > 10 * MILLISECONDS:
            break
    return Page(address, who, median(times), median(works), queries, response.status_code)


def _open(client: Client, address: str) -> tuple[Page, list[str]]:
    """A list of the staff, and the queries of up to two choices of each of its filters."""
    response: Any = client.get(address)
    choices = []
    changelist: Any = response.context_data["cl"] if response.status_code == 200 else None
    for spec in changelist.filter_specs if changelist else ():
        found = [choice.get("query_string", "") for choice in spec.choices(changelist)]
        choices += found[1:3]
    return _page(client, "staff", address), choices


if __name__ == "__main__":
    measure(sys.argv[1])
