"""Structured logs: a line is an event with ids, and never says more of a person than an id.

In production a line is a JSON object; in development it is made for eyes. Values that look like a
mail address, the part of an address behind "?", and what PostgreSQL quotes of a row are cut out,
wherever they come from: an exception's text is written by others.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import structlog
from celery import current_app
from structlog.types import EventDict, Processor

_PERSONAL: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(r"[^\s\"'<>(),;:=]+@[^\s\"'<>(),;:=]+"), "(address)"),
    (re.compile(r"(\S/\S*)\?\S+"), r"\1?(query)"),
    (re.compile(r"\b(DETAIL|CONTEXT): .*"), r"\1: (left out)"),
)
# What these say of a request, a sign-in or a task is said elsewhere without names: by the request
# log, by the audit trail, by the log of tasks.
SILENT = ("django.request", "axes", "celery.app.trace")
# At INFO these write a line for every tick of every task.
CHATTY = ("celery.worker.strategy", "celery.beat")
QUIET_EVENTS = {"task_started", "task_succeeded", "task_enqueued"}

_COMMON: Sequence[Processor] = (
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    structlog.stdlib.PositionalArgumentsFormatter(),
)


def configuration(*, level: str, as_json: bool) -> dict[str, Any]:
    """Django's LOGGING. Ticks of the calendar leave a line at DEBUG only, unless they fail."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            *_COMMON,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    debug = level == "DEBUG"
    renderer: Processor = structlog.dev.ConsoleRenderer(colors=False)
    if as_json:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [structlog.contextvars.merge_contextvars, *_COMMON],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_personal_data,
            renderer,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "filters": {"ticks": {"()": Ticks}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "filters": [] if debug else ["ticks"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {name: {"level": "CRITICAL"} for name in SILENT}
        | ({} if debug else {name: {"level": "WARNING"} for name in CHATTY}),
    }


class Ticks(logging.Filter):
    """Lets nothing through that only says that a tick has come and gone."""

    @cached_property
    def names(self) -> set[str]:
        return {entry["task"] for entry in current_app.conf.beat_schedule.values()}

    def filter(self, record: logging.LogRecord) -> bool:
        event = record.msg
        if not isinstance(event, Mapping) or event.get("event") not in QUIET_EVENTS:
            return True
        return not {event.get("task"), event.get("child_task_name")} & self.names


def name_task(task: Any, **_kwargs: Any) -> None:
    """Bind a task's name and the ids that it was given to every line that it writes."""
    given = {name: value for name, value in task.request.kwargs.items() if isinstance(value, int)}
    structlog.contextvars.bind_contextvars(task=task.name, **given)


def without_personal_data(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """A processor: every text of a line, however deep, without what could name a person."""
    return {key: _clean(value) for key, value in event.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    if isinstance(value, bool | int | float | None):
        return value
    text = str(value)
    for pattern, instead in _PERSONAL:
        text = pattern.sub(instead, text)
    return text
