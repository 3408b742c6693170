"""What `benchmarks/api.py` measures with one database: run by it, in a process of its own."""

import gzip
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from accounts.choices import Scope
from accounts.models import Account
from accounts.services import keys
from benchmarks import load, world
from benchmarks.fleets import fleet
from benchmarks.load import Ask, Run
from benchmarks.server import Server, served
from billing_portal.common import files, frozen
from invoices.models import Bill
from invoices.rating import engine, registry
from invoices.rating.detail import Detail
from usage.services.packages import PackageWish, packages

AGGREGATOR, CUSTOMER = 1, 2
"""Accounts: one with 4,900 sub-accounts and 20,000 devices, and one like most others."""
STARTS = world.NOW - timedelta(days=100)
UNLIMITED = {
    f"MEISAI_API_{name}": "1000000" for name in ("READ", "SIGN_IN", "EXPORT", "INTAKE", "AT_ONCE")
}
USUAL = {"MEISAI_LOG_LEVEL": "INFO", "MEISAI_LOG_FORMAT": "json"}
SIGN_INS, CONNECTIONS = 2_000, 8
RATE, SECONDS = 50, 20
LARGE = {"2026-09": 2_688, "2026-10": 10_753}
"""SIMs whose lines, 93 each, are a quarter of a million and a million."""
BATCH, BATCHES, SENDERS = 1_000, 100, 4
PROMISED = {"sign_ins": 200, "p95": 30, "export": 20, "rows": 10_000}


@dataclass(frozen=True, slots=True)
class Program:
    """A key of an account, and the headers of a token that was made by it."""

    key: str
    secret: str
    token: dict[str, str]

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}

    def sign_in(self) -> Ask:
        body = {"authKeyId": self.key, "authKey": self.secret}
        return Ask("POST", "/v1/auth", json.dumps(body).encode())


def measure(backend: str) -> None:
    """Make the database and its world, and print the figures as rows of the table."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    began = time.perf_counter()
    world.build()
    print(f"{backend}: world made in {time.perf_counter() - began:.0f} s", flush=True)
    wish = PackageWish(account=Account.objects.get(pk=AGGREGATOR), quota=10_000_000)
    packages.create(wish=wish, starts_at=STARTS, actor="bench", now=world.NOW)
    secrets = {pk: _key(pk) for pk in (AGGREGATOR, CUSTOMER)}
    lines = {month: _large_bill(month, sims) for month, sims in LARGE.items()}
    connection.close()
    with served(**UNLIMITED, **USUAL) as server:
        big, usual = (_entered(server, *secrets[pk]) for pk in (AGGREGATOR, CUSTOMER))
        sign_ins(backend, server, usual)
        for program, who in ((usual, "a customer"), (big, "an aggregator of 4,900")):
            reads(backend, server, Ask("GET", "/v1/bills", headers=program.token), who)
        quota = Ask("GET", "/v3/service-packages-quota", headers=big.bearer)
        reads(backend, server, quota, "an aggregator of 4,900")
        exports(backend, server, usual, lines)
        for packed in (False, True):
            intake(backend, server, big, packed)


def sign_ins(backend: str, server: Server, program: Program) -> None:
    asks = [program.sign_in()] * SIGN_INS
    load.in_turn(server.port, asks[:100], connections=CONNECTIONS)
    run, cpu = _spent(server, lambda: load.in_turn(server.port, asks, connections=CONNECTIONS))
    promise = f">= {PROMISED['sign_ins']} a second"
    _row(
        f"sign-in by key, {backend}", promise, f"{run.rate:.0f} a second", f"{_each(run, cpu)} each"
    )


def reads(backend: str, server: Server, ask: Ask, who: str) -> None:
    load.in_turn(server.port, [ask] * 100, connections=CONNECTIONS)
    run, cpu = _spent(
        server,
        lambda: load.at_rate(server.port, ask, rate=RATE, seconds=SECONDS, connections=CONNECTIONS),
    )
    figures = ", ".join(f"p{part} {run.percentile(part):.0f} ms" for part in (50, 95, 99))
    what = f"GET {ask.path} of {who} at {RATE} a second, {backend}"
    _row(what, f"p95 <= {PROMISED['p95']} ms", figures, f"{_each(run, cpu)} each")


def exports(backend: str, server: Server, program: Program, lines: dict[str, int]) -> None:
    """A month each, from asking for the address to the last byte of the file."""
    found = []
    for month, count in lines.items():
        path = f"/v1/bills/{month.replace('-', '')}/export?export_mode=sync"
        with server.watched() as size:
            before, began, cpu = size.most, time.perf_counter(), server.cpu()
            answer = load.send(load.connect(server.port), Ask("POST", path, headers=program.token))
            address = urlsplit(json.loads(answer)["url"]).path
            sent = load.drain(load.connect(server.port), Ask("GET", address))
            took, cpu = time.perf_counter() - began, server.cpu() - cpu
        found.append(f"{count:,} lines, {sent >> 20} MiB: {size.most:.0f} MiB, {before:.0f} before")
    _row(
        f"export of {count:,} lines at once, {backend}", f"<= {PROMISED['export']} s, flat",
        f"{took:.1f} s, {cpu:.1f} CPU", "; ".join(found),
    )  # fmt: skip


def intake(backend: str, server: Server, program: Program, packed: bool) -> None:
    kind = "gzip" if packed else "plain"
    bodies = list(_batches(program, kind))
    load.in_turn(server.port, bodies[:SENDERS], connections=SENDERS)
    run, cpu = _spent(
        server, lambda: load.in_turn(server.port, bodies[SENDERS:], connections=SENDERS)
    )
    _row(
        f"intake in batches of {BATCH:,}, {kind}, {backend}", f">= {PROMISED['rows']:,} rows/s",
        f"{run.rate * BATCH:,.0f} rows/s", f"{_each(run, cpu)} a batch, {SENDERS} connections",
    )  # fmt: skip


def _batches(program: Program, kind: str) -> Iterator[Ask]:
    headers = program.bearer | {"Content-Type": "application/x-ndjson"}
    if kind == "gzip":
        headers["Content-Encoding"] = "gzip"
    for batch in range(BATCHES + SENDERS):
        numbers = range(batch * BATCH, (batch + 1) * BATCH)
        body = "\n".join(_fact(kind, number) for number in numbers).encode()
        yield Ask(
            "POST", "/v1/usage-records", gzip.compress(body) if kind == "gzip" else body, headers
        )


def _fact(kind: str, number: int) -> str:
    """A device of the aggregator itself has uploaded something."""
    return json.dumps(
        {
            "event_id": f"{kind}-{number}",
            "account": "AC00001",
            "device": f"44010{number * 7919 % world.BIG + 1:010}",
            "meter": "data.upload",
            "variant": "s1.fast",
            "at": f"2026-11-{number % 18 + 1:02}T{number // 60 % 24:02}:{number % 60:02}:00Z",
            "quantity": number,
        }
    )


def _large_bill(month: str, sims: int) -> int:
    """Give the customer's closed month a detail of many lines; return how many."""
    frames, tariff = fleet(sims)
    rules = registry.in_force(tariff.month)
    detail = Detail(engine.rate(frames, tariff=tariff, days=tariff.month.days, rules=rules).charges)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "detail.parquet"
        detail.write(path)
        stored = files.put_path("detail", path, suffix="parquet")
    frozen.drop(connection)
    bill = Bill.objects.filter(account_id=CUSTOMER, coverage="japan", month=month)
    bill.update(detail_file=stored.name, line_count=detail.line_count)
    frozen.install(connection)
    return detail.line_count


def _key(pk: int) -> tuple[str, str]:
    key, secret = keys.make(
        account=Account.objects.get(pk=pk), name="bench", scopes=tuple(Scope), expires_at=None,
        actor="bench", now=world.NOW,
    )  # fmt: skip
    return key.public_id, secret


def _entered(server: Server, key: str, secret: str) -> Program:
    program = Program(key, secret, {})
    answer = json.loads(load.send(load.connect(server.port), program.sign_in()))
    token = {"X-Soracom-API-Key": answer["apiKey"], "X-Soracom-Token": answer["token"]}
    return Program(key, secret, token)


def _spent(server: Server, work: Callable[[], Run]) -> tuple[Run, float]:
    """What the work measured, and the seconds of the processor that the server spent on it."""
    before = server.cpu()
    run = work()
    return run, server.cpu() - before


def _each(run: Run, cpu: float) -> str:
    return f"{1000 * cpu / len(run.took):.1f} ms CPU of the web server"


def _row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    measure(sys.argv[1])
