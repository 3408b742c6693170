"""A folder of catalogue files as rating takes it, without a database."""

from pathlib import Path

from billing_portal.common.periods import Month
from invoices.rating import tariff as plain
from invoices.selectors.tariff import in_force, plain_band, plain_item, plain_price
from invoices.services.catalog.checks import check
from invoices.services.catalog.load import read_files
from invoices.services.catalog.problems import Problems
from invoices.services.catalog.rows import Catalogue
from invoices.services.catalog.world import covers


def read_catalog(*, path: Path) -> Catalogue:
    """The rows of a catalogue folder or file. Raises CatalogRefused with all that is wrong."""
    problems = Problems()
    file, faulty = read_files(path, problems)
    check(file=file, present=Catalogue(), faulty=faulty, problems=problems)
    problems.raise_if_any()
    return file


def tariff_of_rows(*, catalogue: Catalogue, coverage: str, month: Month) -> plain.Tariff:
    """What `selectors.tariff` would give, had these rows been loaded."""
    items = [item for item in catalogue.items.values() if covers(item.region, coverage)]
    rows = sorted(
        (price for price in catalogue.prices.values() if price.coverage == coverage),
        key=lambda price: (*price.key[:-1], -price.since.toordinal()),
    )
    prices = [
        plain_price(code=price.item, plan=price.plan, quoted=price)
        for price in rows
        if price.since <= month.last_day
    ]
    bands = (band for band in catalogue.time_bands.values() if band.coverage == coverage)
    return plain.Tariff(
        coverage=coverage,
        month=month,
        items=tuple(plain_item(item) for item in sorted(items, key=lambda item: item.code)),
        prices=in_force(prices, month),
        bands=tuple(plain_band(band) for band in bands),
    )
