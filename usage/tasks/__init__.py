"""Celery finds the tasks of each topic here."""

from usage.tasks import devices, records, reports

__all__ = ["devices", "records", "reports"]
