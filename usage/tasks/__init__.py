"""Celery finds the tasks of each topic here."""

from usage.tasks import devices, packages, records, reports

__all__ = ["devices", "packages", "records", "reports"]
