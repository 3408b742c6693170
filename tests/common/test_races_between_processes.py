"""Real processes at the same rows: each row is leased once, and no closed bill gets a part."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
import pytest
from django.db import connection

ROOT = Path(__file__).parents[2]
PROCESSES = 4
ROWS = 60

PREPARE = f"""
from django.core.management import call_command
call_command("migrate", verbosity=0, skip_checks=True)
from tests import factories
run = factories.billing_run()
for _ in range({ROWS}):
    factories.run_item(run=run, account=factories.account())
"""
TAKE = """
import sys
from datetime import timedelta
from billing_portal.common import clock, leases
from invoices.models import RunItem
now = clock.now() + timedelta(days=3650)
print("ready", flush=True)
sys.stdin.readline()
while taken := leases.take(RunItem.objects.all(), now=now, seconds=600, limit=3):
    print(*taken, flush=True)
"""

MAKE_A_BILL = """
from django.core.management import call_command
call_command("migrate", verbosity=0, skip_checks=True)
from tests import factories
factories.bill(account=factories.account())
"""
ADD = """
INSERT INTO invoices_billdaytotal (bill_id, date, amount)
SELECT id, '20261001', 1 FROM invoices_bill
"""
CLOSE = "UPDATE invoices_bill SET state = 'closed'"


def start(url: str, code: str) -> "subprocess.Popen[str]":
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "billing_portal.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT,
    )  # fmt: skip


def finish(process: "subprocess.Popen[str]") -> str:
    said, _ = process.communicate(timeout=100)
    assert process.returncode == 0
    return said


@pytest.fixture
def shared(tmp_path: Path, django_db_blocker: Any) -> Iterator[str]:
    """The address of a migrated database of its own that other processes see."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'shared.sqlite3'}"
        return
    place = connection.settings_dict
    login = {"user": place["USER"], "password": place["PASSWORD"], "host": place["HOST"]}
    given = {name: value for name, value in login.items() if value}
    name = f"meisai_races_{os.getpid()}"
    with psycopg.connect(dbname="postgres", autocommit=True, **given) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"postgres:///{name}?{urlencode(given, quote_via=quote)}"
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_each_row_is_leased_to_one_process(shared: str) -> None:
    finish(start(shared, PREPARE))
    takers = [start(shared, TAKE) for _ in range(PROCESSES)]
    for taker in takers:
        assert taker.stdout is not None
        assert taker.stdout.readline() == "ready\n"
    for taker in takers:
        assert taker.stdin is not None
        taker.stdin.write("go\n")
        taker.stdin.flush()
    taken = [key for taker in takers for key in finish(taker).split()]
    assert len(taken) == len(set(taken)) == ROWS


def test_a_bill_is_not_closed_while_a_part_is_being_added(shared: str) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    finish(start(shared, MAKE_A_BILL))
    with psycopg.connect(shared) as adding, psycopg.connect(shared) as closing:
        adding.execute(ADD)
        closing.execute("SET lock_timeout = '300ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            closing.execute(CLOSE)


def test_who_adds_a_part_waits_for_the_close_and_is_refused(shared: str) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    finish(start(shared, MAKE_A_BILL))
    with psycopg.connect(shared) as adding, psycopg.connect(shared) as closing:
        closing.execute(CLOSE)
        commit_soon = threading.Timer(0.5, closing.commit)
        commit_soon.start()
        with pytest.raises(psycopg.errors.RestrictViolation, match="insert refused"):
            adding.execute(ADD)
        commit_soon.join()
