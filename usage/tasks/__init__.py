"""Celery finds the tasks of each topic here."""

from usage.tasks import devices, records

__all__ = ["devices", "records"]
