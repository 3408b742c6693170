"""Celery finds the tasks of each topic here."""

from invoices.tasks import bills, documents, exports, runs

__all__ = ["bills", "documents", "exports", "runs"]
