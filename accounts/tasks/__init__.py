"""Celery finds the tasks of each topic here."""

from accounts.tasks import health, jobs, mail, tidying

__all__ = ["health", "jobs", "mail", "tidying"]
