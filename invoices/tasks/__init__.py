"""Celery finds the tasks of each topic here."""

from invoices.tasks import bills, documents, runs

__all__ = ["bills", "documents", "runs"]
