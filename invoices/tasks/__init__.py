"""Celery finds the tasks of each topic here."""

from invoices.tasks import bills, documents, notices, payments, runs

__all__ = ["bills", "documents", "notices", "payments", "runs"]
