"""Telling the broker about work whose row is already committed."""

import logging
from typing import Any

from celery import Task
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def send(task: "Task[Any, Any]", *args: Any, **kwargs: Any) -> bool:
    """Start a task, best-effort; say whether the broker took it.

    The row that asks for the work is the truth (design.md §4.8): a broker that cannot be reached
    breaks no page, because the next sweep finds the row.
    """
    try:
        task.delay(*args, **kwargs)
    except OperationalError as error:
        log.warning("broker not reached (%s); the sweep will start %s", error, task.name)
        return False
    return True
