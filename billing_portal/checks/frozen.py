"""Frozen tables: the triggers are there, and nothing reaches around them."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections, models

from billing_portal.common import frozen

HARMLESS = (models.PROTECT, models.RESTRICT, models.DO_NOTHING)


@register(Tags.database)
def frozen_tables_are_frozen(
    databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """meisai.E001: the triggers that keep closed rows as they are."""
    return [
        Error(
            f"Database {alias!r} lacks the freeze trigger {name}, or has another one of that name.",
            hint="Run manage.py migrate: it installs what is missing.",
            id="meisai.E001",
        )
        for alias in databases or ()
        for name in sorted(frozen.missing(connections[alias]))
    ]


@register(Tags.models)
def nothing_reaches_into_frozen_tables(**_kwargs: Any) -> list[CheckMessage]:
    """meisai.E002: deleting a row elsewhere must not delete or empty a frozen one."""
    frozen_models = {freeze.model for freeze in frozen.declared()}
    return [
        Error(
            f"{field} deletes or changes rows of a frozen table.",
            hint="Use on_delete=PROTECT; name people as text.",
            obj=field,
            id="meisai.E002",
        )
        for field in _foreign_keys()
        if frozen_models & {field.model, field.related_model}
        and field.remote_field.on_delete not in HARMLESS
    ]


def _foreign_keys() -> "Iterator[models.ForeignKey[Any, Any]]":
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey):
                yield field
