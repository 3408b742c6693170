"""Celery finds the tasks of each topic here."""

from invoices.tasks import bills, documents, payments, runs

__all__ = ["bills", "documents", "payments", "runs"]
