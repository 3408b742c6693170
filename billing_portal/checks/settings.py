"""Settings: what is wrong with them, before anything runs with them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

# kombu's filesystem and SQL transports lose late-acknowledged tasks when a worker dies.
BROKERS = ("redis", "rediss", "redis+socket", "sentinel", "amqp", "amqps")
HERE = ("127.0.0.1", "::1", "localhost")
DOCS = "docs/operations.md lists all settings."


@register()
def settings_can_be_read(**_kwargs: Any) -> list[CheckMessage]:
    """meisai.E010: values that are not of their kind."""
    return [
        Error(f"{name}: {problem}", hint=DOCS, id="meisai.E010")
        for name, problem in settings.SETTINGS_PROBLEMS
    ]


@register(Tags.files)
def var_dir_can_be_written(**_kwargs: Any) -> list[CheckMessage]:
    """meisai.E011: the folder of everything that changes."""
    folder = _existing(settings.VAR_DIR)
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return []
    hint = f"Make it a folder that user {os.geteuid()} may write to, or set MEISAI_VAR_DIR."
    return [Error(f"{settings.VAR_DIR} cannot be written.", hint=hint, id="meisai.E011")]


@register()
def broker_keeps_tasks(**_kwargs: Any) -> list[CheckMessage]:
    """meisai.E012: a broker that loses no task."""
    scheme = urlsplit(settings.CELERY_BROKER_URL).scheme
    if scheme in BROKERS:
        return []
    hint = "Set MEISAI_BROKER_URL to redis://host:6379/0, or leave it out for a private broker."
    return [Error(f"A {scheme or 'nameless'} broker loses tasks.", hint=hint, id="meisai.E012")]


@register(Tags.security, deploy=True)
def production_is_no_demonstration(**_kwargs: Any) -> list[CheckMessage]:
    """meisai.E013 to E016: what is convenient at home and wrong in production."""
    return list(_deploy_problems())


def _deploy_problems() -> Iterator[CheckMessage]:
    try:
        settings.SECRET_KEY  # noqa: B018  reading an empty one raises
    except ImproperlyConfigured:
        hint = "Set MEISAI_SECRET_KEY or MEISAI_SECRET_KEY_FILE: 50 random characters or more."
        yield Error("There is no secret key.", hint=hint, id="meisai.E013")
    if settings.DEMO:
        hint = "Leave MEISAI_DEMO out: everybody knows the passwords of its people."
        yield Error("This is a demonstration.", hint=hint, id="meisai.E014")
    if urlsplit(settings.BASE_URL).hostname in HERE or not settings.BASE_URL.startswith("https://"):
        hint = "Set MEISAI_BASE_URL to where people reach the portal: https://billing.example.com."
        problem = f"Links in mails would begin with {settings.BASE_URL}."
        yield Error(problem, hint=hint, id="meisai.E015")
    if settings.DEFAULT_FROM_EMAIL.rstrip("> ").endswith("@localhost"):
        hint = "Set MEISAI_MAIL_FROM: Meisai <billing@example.com>."
        problem = f"Mails would come from {settings.DEFAULT_FROM_EMAIL}."
        yield Error(problem, hint=hint, id="meisai.E016")


def _existing(path: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())
