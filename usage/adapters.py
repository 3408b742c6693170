"""What Django reports about the database, after a migrate.

`UsageConfig.ready` calls `connect`.
"""

from typing import Any

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate

from billing_portal.common import clock
from usage.models import DeviceNow
from usage.services.devices import present


def connect(config: AppConfig) -> None:
    """Listen to the end of a migrate."""
    post_migrate.connect(migrated, sender=config, dispatch_uid="meisai.devices-at-present")


def migrated(*, using: str, apps: Apps = apps, **_kwargs: Any) -> None:
    """Fill in what lists and searches need of the devices of an earlier version."""
    if using == "default" and _has_columns(apps):
        present.refresh_due(now=clock.now())


def _has_columns(state: Apps) -> bool:
    """Say whether the migrate came as far as our models: it may stop anywhere, or go back."""
    try:
        model = state.get_model("usage", "DeviceNow")
    except LookupError:
        return False
    ours = {field.name for field in DeviceNow._meta.fields}
    return ours == {field.name for field in model._meta.get_fields()}
