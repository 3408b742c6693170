"""The items of the default catalogue as rating takes them, read without a database."""

from functools import cache
from pathlib import Path

from billing_portal.common.periods import Month
from invoices.rating.tariff import Item, Tariff
from invoices.services.catalog.plain import read_catalog, tariff_of_rows
from invoices.services.catalog.rows import Catalogue

FOLDER = Path(__file__).resolve().parents[2] / "catalog"


@cache
def default_catalogue() -> Catalogue:
    return read_catalog(path=FOLDER)


@cache
def tariff_in(coverage: str, month: Month) -> Tariff:
    """What lies under the scenarios of a coverage and month."""
    return tariff_of_rows(catalogue=default_catalogue(), coverage=coverage, month=month)


def default_tariff(coverage: str) -> Tariff:
    return tariff_in(coverage, Month(2026, 10))


def items_of(coverage: str) -> tuple[Item, ...]:
    return default_tariff(coverage).items
