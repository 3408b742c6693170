"""Staff pages about what things cost; one module for each topic."""

from invoices.admin import bills, catalog, documents, facts, runs, settings

__all__ = ["bills", "catalog", "documents", "facts", "runs", "settings"]
