"""The published Python client of the dialect, unchanged, against a real server (B13)."""

import csv
import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import Account
from tests import factories
from tests.portal.visitors import november
from tests.usage.packages import shelf
from tests.usage.reports.conftest import Facts, lamp

__all__ = ["november"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


SCRIPT = Path(__file__).with_name("published_client.py")


@pytest.fixture
def october(agg: Account, facts: Facts, make: Any) -> None:
    """A lamp that was there, one that was updated, and the package that paid for it."""
    shelf.create(agg, quota=1000)
    campaign = shelf.start(agg, 20, name="winter", at=datetime(2026, 10, 6, 9, tzinfo=UTC))
    lamp(agg, "lamp", "Lamp")
    facts(("AGG", "lamp", "session.connection", 1))
    facts(("AGG", "lamp", "firmware.update", 1), variant=campaign.pk.hex, day=7)
    make()


@pytest.fixture
def said(
    agg: Account, october: None, november: None, live_server: LiveServer, tmp_path: Path
) -> Any:
    """What a customer's script prints; it is a process of its own."""
    _key, secret = factories.api_key(account=agg)
    script = [sys.executable, str(SCRIPT), live_server.url, secret, str(tmp_path)]
    done = subprocess.run(script, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_its_billing_calls_are_answered(said: Any, tmp_path: Path) -> None:
    assert said == {
        "quota": 980,
        "history": [["package_creation", 1000], ["reservation", -20]],
        "packages": [["active", 1000]],
        "not there": None,  # its way to say 404
        "wrong key": 401,
    }
    overview = json.loads((tmp_path / "o.json").read_text())
    assert (overview["month"], overview["billing_data"]["active_devices"]) == ("2026-10", 1)
    for name, words in (("d.gz", ["lamp", "Lamp"]), ("u.gz", ["winter", "lamp", "Lamp"])):
        rows = list(csv.reader(gzip.decompress((tmp_path / name).read_bytes()).decode().split()))
        assert rows[1][2:] == words
