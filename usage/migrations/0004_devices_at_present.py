"""Give every device of an earlier version its row of the present, due at once.

What stands in it is worked out by the same code that keeps it in step, after the migration.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations

BATCH = 5_000
LONG_DUE = datetime(1970, 1, 1, tzinfo=UTC)


def add(apps: Any, schema_editor: Any) -> None:
    Device, DeviceNow = apps.get_model("usage", "Device"), apps.get_model("usage", "DeviceNow")
    columns = ("pk", "key", "kind", "coverage", "name")
    last = 0
    while devices := list(
        Device.objects.filter(pk__gt=last, present=None).order_by("pk").values_list(*columns)[:BATCH]
    ):
        DeviceNow.objects.bulk_create(
            DeviceNow(
                device_id=pk, key=key, kind=kind, coverage=coverage, name=name, due_at=LONG_DUE
            )
            for pk, key, kind, coverage, name in devices
        )
        last = devices[-1][0]


class Migration(migrations.Migration):
    dependencies = [
        ("usage", "0003_device_now"),
    ]

    operations = [
        migrations.RunPython(add, migrations.RunPython.noop, elidable=True),
    ]
