"""Celery finds the tasks of each topic here."""

from usage.tasks import devices

__all__ = ["devices"]
