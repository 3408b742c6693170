"""An owner or a placement that changes between check and merge: the rows are checked again."""

from datetime import timedelta

import polars as pl
import pytest

from tests import factories
from tests.usage.conftest import Sender, World
from tests.usage.sending import records_csv, stored
from usage.ingest import batches
from usage.ingest.references import References
from usage.models import DeviceOwner
from usage.services.devices import set_owner


def test_a_new_owner_is_seen_before_the_facts_are_stored(
    sender: Sender, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners, times = References.owners, iter(range(100))

    def move(self: References, device_ids: pl.Series) -> pl.DataFrame:
        found = owners(self, device_ids)
        if next(times) == 0:
            since = factories.MONTH.start
            set_owner(device=world.sim, account=world.stray, since=since, now=factories.NOW)
        return found

    monkeypatch.setattr(References, "owners", move)
    sent = sender(records_csv({}, {"event_id": "e2", "account": "STR"}))

    assert sent.outcomes == ["rejected", "accepted"]
    assert [row[:2] for row in stored()] == [("e2", "STR")]


def test_references_that_never_rest_are_an_error(
    sender: Sender, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners, days = References.owners, iter(range(100))

    def move(self: References, device_ids: pl.Series) -> pl.DataFrame:
        found = owners(self, device_ids)
        since = factories.MONTH.start + timedelta(days=next(days))
        set_owner(device=world.sim, account=world.stray, since=since, now=factories.NOW)
        return found

    monkeypatch.setattr(References, "owners", move)
    assert sender(records_csv({})).code == 3
    assert stored() == []
    assert DeviceOwner.objects.count() == 2 + batches.ATTEMPTS
