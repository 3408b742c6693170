"""Configuration of gunicorn: `gunicorn --config python:billing_portal.management.web`.

Its processes write what they count into one folder, so that each can tell the figures of all.
"""

import gc
import os
import shutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_portal.settings")

from django.conf import settings

os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.METRICS_DIR)

# What is asked for here has few rows, or is written out in pieces: threads of their own cost more
# than they bring, and the other requests want the processors.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from prometheus_client.multiprocess import mark_process_dead

keepalive = 75
"""Seconds that an idle connection is kept. A proxy must let go of it first, or it now and then
sends a request into one that is being closed; most do after a minute or less.
"""


def on_starting(_server: Arbiter) -> None:
    """Forget the counts of processes that are long gone."""
    shutil.rmtree(settings.METRICS_DIR, ignore_errors=True)
    settings.METRICS_DIR.mkdir(parents=True, mode=0o700)


def post_worker_init(_worker: Worker) -> None:
    """Look for garbage only among what requests leave: what is loaded by now stays."""
    gc.freeze()


def child_exit(_server: Arbiter, worker: Worker) -> None:
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
