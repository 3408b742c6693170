"""Tax and rounding of a document: once per rate, in one mode (docs/rounding.md, rules Q34 to Q38).

Exact amounts go in, whole minor units come out. Which day decides a rate is told by the lines.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from billing_portal.common.money import CONTEXT, Currency, Rounding, plain, rounded, to_minor
from invoices.rating.vocabulary import TaxCategory

HOME = "JP"
"""The country of the issuer; its consumption tax is on every taxed line of a customer there (Q38).

Every other country is abroad: it has the tax that the catalogue knows of, or none.
"""

_ORDER = {TaxCategory.STANDARD: 0, TaxCategory.REDUCED: 1, TaxCategory.OUT_OF_SCOPE: 2}


class MissingTaxRate(LookupError):
    """No rate is known for a country, category and day."""

    def __init__(self, country: str, category: str, day: date) -> None:
        super().__init__(f"No {category} tax rate of {country} is known for {day.isoformat()}.")
        self.country = country
        self.category = category
        self.day = day


class TaxRow(NamedTuple):
    """`rate` is a fraction (0.1 is ten per cent) and holds from the day `since` on."""

    country: str
    category: str
    since: date
    rate: Decimal


class TaxGroup(NamedTuple):
    """What is taxed together: the same rate of two categories is stated apart."""

    category: str
    rate: Decimal


class Net(NamedTuple):
    """An exact amount before tax, with what decides its rate."""

    tax_category: str
    tax_date: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class RateTotal:
    """What a document states for one group, in minor units. `gross - tax = net` always holds."""

    category: str
    rate: Decimal
    net_minor: int
    tax_minor: int
    gross_minor: int

    @property
    def group(self) -> TaxGroup:
        return TaxGroup(self.category, self.rate)


@dataclass(frozen=True, slots=True)
class Statement:
    """The groups of a document, taxed ones first, and their sums in minor units."""

    rates: tuple[RateTotal, ...]
    net_minor: int
    tax_minor: int
    gross_minor: int


class TaxTable:
    """Dated rates by country and category."""

    def __init__(self, rows: Iterable[TaxRow]) -> None:
        self._rates: dict[tuple[str, str], list[tuple[date, Decimal]]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row.since):
            self._rates[row.country, row.category].append((row.since, row.rate))

    def rate(self, country: str, category: str, day: date) -> Decimal:
        """Return the rate that holds on that day, or raise MissingTaxRate."""
        known = self._rates.get((country, category), [])
        rates = [rate for since, rate in known if since <= day]
        if not rates:
            raise MissingTaxRate(country, category, day)
        return rates[-1]

    def group(self, category: str, day: date, *, country: str) -> TaxGroup:
        """Return the group in which a line of this category and day is stated (R-ABROAD).

        `country` is the recipient's. Abroad, all lines are out of scope until the day from which
        there is a standard rate of that country. Raises MissingTaxRate.
        """
        if category == TaxCategory.OUT_OF_SCOPE or not self._is_taxed(country, day):
            return TaxGroup(TaxCategory.OUT_OF_SCOPE.value, Decimal(0))
        return TaxGroup(category, self.rate(country, category, day))

    def _is_taxed(self, country: str, day: date) -> bool:
        known = self._rates.get((country, TaxCategory.STANDARD.value), [])
        return country == HOME or any(since <= day for since, _rate in known)


def state(
    nets: Iterable[Net], *, country: str, table: TaxTable, currency: Currency, rounding: Rounding
) -> Statement:
    """Sum the exact amounts of each group and state them with tax (R-RATE).

    `country` is that of the recipient. Raises MissingTaxRate.
    """
    grouped = (
        (table.group(net.tax_category, net.tax_date, country=country), net.amount) for net in nets
    )
    return state_groups(grouped, currency=currency, rounding=rounding)


def state_groups(
    amounts: Iterable[tuple[TaxGroup, Decimal]], *, currency: Currency, rounding: Rounding
) -> Statement:
    """State amounts whose groups are known already. See `state`."""
    sums: dict[TaxGroup, Decimal] = defaultdict(Decimal)
    for group, amount in amounts:
        sums[group] = CONTEXT.add(sums[group], amount)
    rates = tuple(
        _rate_total(group, sums[group], currency, rounding) for group in sorted(sums, key=_place)
    )
    return Statement(
        rates,
        net_minor=sum(rate.net_minor for rate in rates),
        tax_minor=sum(rate.tax_minor for rate in rates),
        gross_minor=sum(rate.gross_minor for rate in rates),
    )


def differences(
    statement: Statement, printed: Iterable[tuple[TaxGroup, int]]
) -> Mapping[TaxGroup, int]:
    """Return what separates the printed lines of each group from its stated net (R-DIFFERENCE).

    `printed` are the lines as they stand on the document, in minor units. A group whose lines add
    up has no entry.
    """
    left = {rate.group: rate.net_minor for rate in statement.rates}
    for group, minor in printed:
        left[group] -= minor
    return {group: minor for group, minor in left.items() if minor}


def _rate_total(group: TaxGroup, net: Decimal, currency: Currency, rounding: Rounding) -> RateTotal:
    factor = CONTEXT.add(Decimal(1), group.rate)
    gross = to_minor(CONTEXT.multiply(net, factor), currency, rounding)
    # gross × r / (1 + r) seldom ends in decimals, so it is rounded as the fraction that it is.
    tax_share, whole = _ratio(group.rate)
    tax = rounded(gross * tax_share, tax_share + whole, rounding)
    return RateTotal(group.category, group.rate, gross - tax, tax, gross)


def _ratio(rate: Decimal) -> tuple[int, int]:
    if not 0 <= rate < 1:
        raise ValueError(f"{plain(rate)} is no tax rate: write ten per cent as 0.1.")
    return rate.as_integer_ratio()


def _place(group: TaxGroup) -> tuple[int, Decimal]:
    return _ORDER[TaxCategory(group.category)], -group.rate
