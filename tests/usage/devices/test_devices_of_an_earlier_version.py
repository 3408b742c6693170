"""A database of an earlier version has its rows of the present after the next migrate."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import Account
from tests import factories
from usage import adapters
from usage.models import DeviceNow
from usage.services.devices import present

migration = import_module("usage.migrations.0004_devices_at_present")


def test_every_device_without_a_row_gets_one(agg: Account) -> None:
    kept, lost = (factories.device(account=agg, group="north") for _ in range(2))
    DeviceNow.objects.filter(device=lost).delete()

    migration.add(apps, None)
    assert DeviceNow.objects.get(device=lost).due_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert DeviceNow.objects.get(device=kept).due_at is None

    adapters.migrated(using=connection.alias)
    row = DeviceNow.objects.get(device=lost)
    assert (row.account, row.group, row.due_at) == (agg, "north", None)


@pytest.mark.django_db
def test_a_migrate_that_stops_before_our_columns_fills_in_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(present, "refresh_due", pytest.fail)
    state = _Apps()
    adapters.migrated(using=connection.alias, apps=state)  # type: ignore[arg-type]
    assert state.asked == ("usage", "DeviceNow")


class _Apps:
    """The apps as they were before there were such rows."""

    asked: tuple[str, ...] = ()

    def get_model(self, *names: str) -> None:
        self.asked = names
        raise LookupError
