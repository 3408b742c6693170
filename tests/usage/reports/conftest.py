"""A month of an aggregator: usage sent through the public command, and reports made of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command

from billing_portal.common.clock import VARIABLE
from tests import factories
from tests.usage.conftest import Sender, World
from tests.usage.packages import shelf
from tests.usage.sending import RECORD, records_csv
from usage.models import Device

MONTH = "2026-10"
DUE = datetime(2026, 11, 4, 0, 5, tzinfo=UTC)
"""00:05 UTC on the third business day of November 2026, a Wednesday."""
EVIDENCE = {
    "session.connection": "active",
    "to_service.registration": "active",
    "to_device.subscription": "",
    "rest.user_token": "",
    "publish.user": "seen",
    "firmware.update": "",
}

Facts = Callable[..., None]


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "stored")


@pytest.fixture
def meters(world: World) -> World:
    for code, evidence in EVIDENCE.items():
        factories.meter(code=code, evidence=evidence, is_priced=False, unit="each")
    return world


@pytest.fixture
def facts(meters: World, sender: Sender) -> Facts:
    """Send facts: (account, device or "", meter, quantity), each at an instant of its own."""
    sent = 0

    def send(*rows: tuple[Any, ...], variant: str = "", day: int = 5) -> None:
        nonlocal sent
        lines = []
        for account, device, meter, quantity in rows:
            sent += 1
            lines.append(
                {
                    "event_id": f"e{sent}",
                    "account": account,
                    "device": device,
                    "meter": meter,
                    "variant": variant,
                    "at": f"2026-10-{day:02}T10:{sent:02}:00Z",
                    "quantity": str(quantity),
                    "coverage": "" if device else "japan",
                }
            )
        result = sender(records_csv(*lines, columns=(*RECORD, "coverage")))
        assert set(result.outcomes) == {"accepted"}, result.reasons

    return send


@pytest.fixture
def package(agg: Any) -> None:
    """AGG holds a package all through October."""
    shelf.create(agg, quota=1000, at=datetime(2026, 3, 10, 9, tzinfo=UTC))


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make the reports of October, as if it were the third business day of November."""

    def run(at: datetime = DUE) -> None:
        with monkeypatch.context() as patch:
            patch.setenv(VARIABLE, at.isoformat())
            call_command("make_reports", MONTH)

    return run


def lamp(account: Any, key: str, name: str = "") -> Device:
    return factories.device(account=account, key=key, name=name)
