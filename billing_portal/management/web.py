"""Configuration of gunicorn: `gunicorn --config python:billing_portal.management.web`.

Its processes write what they count into one folder, so that each can tell the figures of all.
"""

import os
import shutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_portal.settings")

from django.conf import settings

os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.METRICS_DIR)

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from prometheus_client.multiprocess import mark_process_dead


def on_starting(_server: Arbiter) -> None:
    """Forget the counts of processes that are long gone."""
    shutil.rmtree(settings.METRICS_DIR, ignore_errors=True)
    settings.METRICS_DIR.mkdir(parents=True, mode=0o700)


def child_exit(_server: Arbiter, worker: Worker) -> None:
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
