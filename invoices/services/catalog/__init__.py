"""Loading the catalogue: items, prices, tax rates, meters, plans and time bands from files."""

from invoices.services.catalog.load import Counts, LoadReport, load_catalog
from invoices.services.catalog.problems import CatalogRefused, Problem

__all__ = ["CatalogRefused", "Counts", "LoadReport", "Problem", "load_catalog"]
