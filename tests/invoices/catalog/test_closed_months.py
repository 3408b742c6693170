"""A price or tax rate that would hold in a closed month is refused (docs/catalog.md)."""

import pytest

from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Price, TaxRate
from invoices.services.catalog import CatalogRefused
from tests import factories
from tests.invoices.catalog.conftest import RIGHT, Files, Load

HEADER = "item,coverage,plan,variant,since,price,per\n"
OLD = "upload,japan,plan-D,s1.fast,2026-01-01,0.22,1048576"
TAX = "country,category,since,rate\n"


@pytest.fixture
def closed(load: Load) -> Load:
    """RIGHT is loaded, then October 2026 is closed for Japan."""
    load()
    account = factories.account()
    factories.bill(account=account, month=Month(2026, 10), state=BillState.CLOSED)
    return load


def prices(*rows: str) -> Files:
    return {"prices.csv": HEADER + "\n".join(rows) + "\n"}


REFUSED = [
    prices(OLD.replace("0.22", "0.30")),
    prices(OLD.replace("2026-01-01", "2026-10-31")),
    prices(OLD.replace("2026-01-01", "2026-09-30")),
    {"tax_rates.csv": TAX + "JP,standard,2019-10-01,0.2\n"},
    {"tax_rates.csv": TAX + "JP,standard,2026-10-15,0.2\n"},
]
TAKEN = [
    prices(OLD, OLD.replace("2026-01-01,0.22", "2026-11-01,0.30")),
    prices(OLD.replace("2026-01-01", "2025-01-01")),  # ends before the month that is closed
    prices(OLD.replace("s1.fast", "s1.slow")),  # there was none, so no closed bill can have had it
    prices(OLD.replace("s1.fast", "")),  # gives way to the one for s1.fast
    prices(OLD.replace("plan-D", "")),
    {"tax_rates.csv": TAX + "JP,standard,2027-04-01,0.12\n"},
    {"items.toml": RIGHT["items.toml"].replace('region = "japan"', 'region = "all"')}
    | prices("upload,global,,,2026-01-01,1,1"),  # the other coverage has nothing closed
]


@pytest.mark.parametrize("files", REFUSED)
def test_a_row_that_would_hold_in_a_closed_month_is_refused(closed: Load, files: Files) -> None:
    before = (list(Price.objects.values()), list(TaxRate.objects.values()))
    with pytest.raises(CatalogRefused) as refused:
        closed(files)
    (problem,) = refused.value.problems
    assert (problem.line, problem.field) == (2, "since")
    assert problem.text == (
        "It would hold in 2026-10, which is closed."
        " Leave what was there and add a row from 2026-11-01 on."
    )
    assert (list(Price.objects.values()), list(TaxRate.objects.values())) == before


@pytest.mark.parametrize("files", TAKEN)
def test_a_row_for_open_months_is_taken(closed: Load, files: Files) -> None:
    assert closed(files).changed_anything


def test_rows_as_they_were_are_no_change_of_a_closed_month(closed: Load) -> None:
    assert not closed().changed_anything
