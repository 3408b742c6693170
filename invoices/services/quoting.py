"""What a scenario would cost: rated over a catalogue folder, without a database or a customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from billing_portal.common.money import CONTEXT, Currency, Rounding
from billing_portal.common.periods import Month
from invoices.rating.charges import Charges
from invoices.rating.scenarios import ACCOUNT, Scenario, read_over
from invoices.rating.tariff import Tariff
from invoices.rating.taxes import MissingTaxRate, Net, Statement, TaxRow, TaxTable, state
from invoices.rating.totals import NOTHING, AmountTooGreat, Sums
from invoices.rating.vocabulary import CURRENCY
from invoices.services.catalog.plain import read_catalog, tariff_of_rows
from invoices.services.catalog.rows import Catalogue

HINT = "A scenario can bring prices and items itself, in its fields prices and items."


class CannotBeQuoted(ValueError):
    """The scenario is sound, but its account would be parked. The message says why, by line."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A rated scenario. `tax` is None where no rate is known; `notes` say so."""

    scenario: Scenario
    charges: Charges
    sums: Sums
    currency: Currency
    tax: Statement | None
    notes: Sequence[str]

    @property
    def one_off(self) -> Decimal:
        """The part of the net that is set-up and registration (rules.md Q31)."""
        codes = {item.code for item in self.scenario.tariff.items if item.one_off}
        return CONTEXT.subtract(self.sums.net, self.sums.without(codes))


def quote(*, document: Any, catalog: Path) -> Quote:
    """Rate a scenario document over the catalogue in a folder.

    Raises CatalogRefused, BadScenario or CannotBeQuoted, each with all that is wrong.
    """
    catalogue = read_catalog(path=catalog)

    def tariff(coverage: str, month: Month) -> Tariff:
        return tariff_of_rows(catalogue=catalogue, coverage=coverage, month=month)

    scenario = read_over(document, catalogue=tariff)
    try:
        rated = scenario.rate()
    except AmountTooGreat as error:
        raise CannotBeQuoted(f"{error} Look for a wrong quantity or price.") from error
    problems = rated.problems.get(ACCOUNT, [])
    if problems:
        lines = [f"{problem.what} {problem.remedy}" for problem in problems]
        raise CannotBeQuoted("\n".join([*lines, HINT]))
    sums = rated.sums.get(ACCOUNT, NOTHING)
    currency = CURRENCY[scenario.tariff.coverage]
    tax, missing = _tax(scenario, sums, currency, catalogue)
    notes = [*scenario.notes, *missing]
    return Quote(scenario, rated.charges, sums, currency, tax, notes)


def _tax(
    scenario: Scenario, sums: Sums, currency: Currency, catalogue: Catalogue
) -> tuple[Statement | None, Sequence[str]]:
    """What a document would state for this month alone, rounded up as documents are at first."""
    table = TaxTable(
        TaxRow(row.country, row.category, row.since, row.rate)
        for row in catalogue.tax_rates.values()
    )
    nets = [Net(item.tax_category, item.tax_date, item.amount) for item in sums.items]
    try:
        statement = state(
            nets,
            country=scenario.country,
            table=table,
            currency=currency,
            rounding=Rounding.UP,
        )
    except MissingTaxRate as error:
        return None, [f"{error} Tax is not stated."]
    return statement, []
