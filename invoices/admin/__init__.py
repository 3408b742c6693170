"""Staff pages about what things cost; one module for each topic."""

from invoices.admin import bills, catalog, documents, runs, settings

__all__ = ["bills", "catalog", "documents", "runs", "settings"]
