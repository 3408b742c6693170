"""The Celery application and its static calendar of ticks.

Every tick means "make sure that what is due exists": it may come twice, late or not at all, because
the database is the truth and the next tick finds the same work (design.md §4.8, §6).
"""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_ready
from django_structlog.celery.signals import bind_extra_task_metadata
from django_structlog.celery.steps import DjangoStructLogInitStep

from billing_portal.common.logs import name_task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_portal.settings")

app = Celery("meisai")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)
bind_extra_task_metadata.connect(name_task)
HEARTBEAT = "accounts.tasks.health.heartbeat"

app.conf.beat_schedule = {
    "heartbeat": {"task": HEARTBEAT, "schedule": 30.0},
    "sweep-runs": {"task": "invoices.tasks.runs.sweep", "schedule": 15.0},
    "sweep-documents": {"task": "invoices.tasks.documents.sweep", "schedule": 15.0},
    "sweep-jobs": {"task": "accounts.tasks.jobs.sweep", "schedule": 15.0},
    "sweep-mails": {"task": "accounts.tasks.mail.sweep", "schedule": 15.0},
    "sweep-payments": {"task": "invoices.tasks.payments.sweep", "schedule": 15.0},
    "remind-payers": {
        "task": "invoices.tasks.payments.remind",
        "schedule": crontab(minute=20),
    },
    "refresh-devices": {"task": "usage.tasks.devices.refresh", "schedule": 60.0},
    "settle-packages": {"task": "usage.tasks.packages.settle", "schedule": 60.0},
    "sweep-imports": {"task": "usage.tasks.records.sweep", "schedule": 60.0},
    "sweep-uploads": {
        "task": "usage.tasks.records.sweep_uploads",
        "schedule": crontab(hour=4, minute=20),
    },
    "sweep-devices": {
        "task": "usage.tasks.devices.sweep",
        "schedule": crontab(hour=4, minute=50),
    },
    "open-due-reports": {
        "task": "usage.tasks.reports.open_due",
        "schedule": crontab(minute="*/5"),
    },
    "sweep-reports": {
        "task": "usage.tasks.reports.sweep_files",
        "schedule": crontab(hour=4, minute=30),
    },
    "announce-prices": {
        "task": "invoices.tasks.notices.announce_prices",
        "schedule": crontab(hour=6, minute=10),
    },
    "renew-proposals": {"task": "invoices.tasks.runs.renew", "schedule": crontab(minute="*/5")},
    "open-due-runs": {"task": "invoices.tasks.runs.open_due", "schedule": crontab(minute=5)},
    "evaluate-running-month": {
        "task": "invoices.tasks.bills.evaluate_due",
        "schedule": crontab(minute="*/15"),
    },
    "tidy-sessions": {
        "task": "accounts.tasks.tidying.tidy",
        "schedule": crontab(hour=4, minute=50),
    },
    "sweep-files": {
        "task": "invoices.tasks.bills.sweep_files",
        "schedule": crontab(hour=4, minute=40),
    },
}


@worker_ready.connect
def say_hello(**_kwargs: Any) -> None:
    """Let a new worker be heard of before the calendar's first tick."""
    app.send_task(HEARTBEAT)
