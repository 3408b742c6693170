"""What fields and apps are called that were given no name: else of the code, in English only."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Field
from django.utils.translation import gettext_lazy, gettext_noop

APPS = ("accounts", "usage", "invoices")
IN_OUR_WORDS = (
    gettext_noop("Select %s to change"),
    gettext_noop("Add %s"),
    gettext_noop("Add %(name)s"),
    gettext_noop("Change %s"),
)
"""Said by Django, whose Japanese has gaps between the words."""
OTHERS = {"axes": gettext_lazy("Sign-in attempts")}
"""Apps of others that staff see."""


def unnamed() -> Iterator[tuple[str, "Field[Any, Any]"]]:
    """The (English name, field) of every field of ours that has no name of its own."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            for field in model._meta.local_fields:
                if getattr(field, "_verbose_name", None) is None and not field.primary_key:
                    yield field.name.replace("_", " "), field


def translate_names() -> None:
    """Let these names be said in the language of the page, too."""
    for name, field in unnamed():
        field.verbose_name = gettext_lazy(name)
    for label, said in OTHERS.items():
        config: Any = apps.get_app_config(label)
        config.verbose_name = said
