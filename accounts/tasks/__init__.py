"""Celery finds the tasks of each topic here."""

from accounts.tasks import health, jobs

__all__ = ["health", "jobs"]
