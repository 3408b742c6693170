"""Celery finds the tasks of each topic here."""

from accounts.tasks import jobs

__all__ = ["jobs"]
