"""A small world to send usage for, on 2 November 2026."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Account
from billing_portal.common.clock import VARIABLE
from tests import factories
from tests.processes import Stage
from tests.usage.sending import Sent, send
from usage.choices import Coverage
from usage.models import Device, Meter


@dataclass(frozen=True, slots=True)
class World:
    """AGG pays for itself and TEN; STR for itself. `sim` belongs to TEN, `roamer` to STR."""

    agg: Account
    ten: Account
    stray: Account
    sim: Device
    roamer: Device
    upload: Meter
    download: Meter


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, factories.NOW.isoformat())


@pytest.fixture
def world(agg: Account, ten: Account, stray: Account) -> World:
    return World(
        agg=agg,
        ten=ten,
        stray=stray,
        sim=factories.device(account=ten, key="440100000000001"),
        roamer=factories.device(account=stray, key="295050000000001", coverage=Coverage.GLOBAL),
        upload=factories.meter(code="data.upload"),
        download=factories.meter(code="data.download"),
    )


@pytest.fixture
def one_device(stage: Stage) -> None:
    """What real processes take usage in for."""
    stage.overrides[VARIABLE] = factories.NOW.isoformat()
    with stage.rows():
        account = factories.account(key="TEN")
        factories.device(account=account, key="440100000000001")
        factories.meter(code="data.upload")


class Sender:
    """Sends content as a file, each time under a name of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def __call__(self, content: str | bytes, **options: Any) -> Sent:
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir()
        return send(folder, content, **options)


@pytest.fixture
def sender(world: World, tmp_path: Path) -> Sender:
    return Sender(tmp_path)
