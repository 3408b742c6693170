"""docs/rounding.md says what the program does: every row of every table is repeated here."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billing_portal.common.money import Currency, Rounding, from_minor, plain, to_minor
from invoices.rating.exchange import Method, in_yen, tax_in_yen
from invoices.rating.taxes import (
    Net,
    RateTotal,
    Statement,
    TaxGroup,
    TaxRow,
    TaxTable,
    differences,
    state,
    state_groups,
)

DOCUMENT = Path(__file__).parents[3] / "docs" / "rounding.md"
Row = dict[str, str]
DAY = date(2026, 10, 1)


def tables() -> Iterator[tuple[str, Row]]:
    """Yield every row of the document with the rule that its table is headed by."""
    head: list[str] = []
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            head = []
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not head:
            head = cells
        elif set(line) != set("|-"):
            yield head[0], dict(zip(["given", *head[1:]], cells, strict=True))


def amounts(text: str) -> list[Decimal]:
    """Read "105 + 105 - 3"."""
    return [Decimal(part) for part in re.findall(r"-?[0-9.]+", text.replace("- ", "-"))]


def group(rate: str, category: str = "standard") -> TaxGroup:
    return TaxGroup(category, Decimal(rate))


def shown(minor: int, currency: Currency) -> str:
    return str(from_minor(minor, currency))


def stated(statement: Statement, currency: Currency, gross: str = "gross") -> Row:
    sums = (statement.net_minor, statement.tax_minor, statement.gross_minor)
    return dict(zip(("net", "tax", gross), (shown(n, currency) for n in sums), strict=True))


def mode(row: Row) -> Row:
    currency, amount = Currency(row["currency"]), Decimal(row["given"])
    return {way: shown(to_minor(amount, currency, Rounding(way)), currency) for way in Rounding}


def rate(row: Row) -> Row:
    currency, rounding = Currency(row["currency"]), Rounding(row["mode"])
    lines = [(group(row["rate"]), amount) for amount in amounts(row["given"])]
    return stated(state_groups(lines, currency=currency, rounding=rounding), currency)


def rate_of_eight(row: Row) -> Row:
    currency, rounding = Currency(row["currency"]), Rounding(row["mode"])
    tax = sum(amounts(row["given"])) * Decimal(row["rate"])
    return {**rate(row), "N × r": shown(to_minor(tax, currency, rounding), currency)}


def total(row: Row) -> Row:
    currency, rounding = Currency(row["currency"]), Rounding(row["mode"])
    lines = []
    for part in row["given"].split(";"):
        given, of_group = part.split(" at ")
        lines += [(group(*of_group.split()), amount) for amount in amounts(given)]
    statement = state_groups(lines, currency=currency, rounding=rounding)
    return stated(statement, currency, "total")


TAXES = TaxTable(
    TaxRow(country, "standard", since, Decimal(rate))
    for country, since, rate in (
        ("JP", date(2019, 10, 1), "0.1"),
        ("DE", DAY, "0.19"),
        ("FR", date(2026, 11, 1), "0.2"),
    )
)


def abroad(row: Row) -> Row:
    amount, category = row["given"].split()
    statement = state(
        [Net(category, DAY, Decimal(amount))],
        country=row["country"],
        table=TAXES,
        currency=Currency.JPY,
        rounding=Rounding.UP,
    )
    [only] = statement.rates
    return {"group": only.category, "rate": str(only.rate), **stated(statement, Currency.JPY)}


def line(row: Row) -> Row:
    currency, rounding = Currency(row["currency"]), Rounding(row["mode"])
    amount = sum(amounts(row["given"]), Decimal(0))
    return {"printed": shown(to_minor(amount, currency, rounding), currency)}


def difference(row: Row) -> Row:
    currency, rounding, taxed = Currency(row["currency"]), Rounding(row["mode"]), group(row["rate"])
    lines = [Decimal(text) for text in row["given"].split(";")]
    statement = state_groups(
        [(taxed, amount) for amount in lines], currency=currency, rounding=rounding
    )
    printed = [to_minor(amount, currency, rounding) for amount in lines]
    left = differences(statement, [(taxed, minor) for minor in printed])
    return {
        "printed": "; ".join(shown(minor, currency) for minor in printed),
        "net": shown(statement.net_minor, currency),
        "difference": shown(left[taxed], currency) if left else "none",
    }


TEN, TTM = group("0.1"), Decimal("150.25")


def merged(row: Row) -> Row:
    rounding = Rounding(row["mode"])
    abroad = state_groups([(TEN, Decimal(row["usd"]))], currency=Currency.USD, rounding=rounding)
    converted = in_yen(abroad.net_minor, Currency.USD, TTM)
    lines = [(TEN, Decimal(row["given"])), (TEN, converted)]
    statement = state_groups(lines, currency=Currency.JPY, rounding=rounding)
    net = shown(abroad.net_minor, Currency.USD)
    said = {"usd net": net, "converted": plain(converted)}
    return {**said, **stated(statement, Currency.JPY)}


def jpy_tax(row: Row) -> Row:
    net, gross = (int(Decimal(row[name]) * 100) for name in ("given", "gross"))
    rate = RateTotal("standard", Decimal("0.1"), net, gross - net, gross)
    found = {}
    for column in ("1", "2", "3", "4", "1 rounded", "2 rounded"):
        method, _blank, is_rounded = column.partition(" ")
        found[column] = str(
            tax_in_yen(
                rate,
                currency=Currency.USD,
                rate=TTM,
                method=Method(method),
                rounding=Rounding(row["mode"]),
                round_converted=bool(is_rounded),
            )
        )
    return found


def fee(row: Row) -> Row:
    lines = [(group(row["rate"]), n) for n in (Decimal(row["given"]), *amounts(row["fees"]))]
    statement = state_groups(lines, currency=Currency.JPY, rounding=Rounding(row["mode"]))
    return stated(statement, Currency.JPY)


def returned(row: Row) -> Row:
    found = rate({**row, "currency": "JPY"})
    return {name: f"-{amount}" for name, amount in found.items()}


RULES: dict[str, Callable[[Row], Row]] = {
    "R-MODE": mode,
    "R-RATE": rate,
    "R-RATE-8": rate_of_eight,
    "R-TOTAL": total,
    "R-ABROAD": abroad,
    "R-LINE": line,
    "R-DIFFERENCE": difference,
    "R-MERGED": merged,
    "R-JPY-TAX": jpy_tax,
    "R-FEE": fee,
    "R-RETURN": returned,
}


@pytest.mark.parametrize(("rule", "row"), list(tables()))
def test_a_row_of_the_document_is_what_the_program_does(rule: str, row: Row) -> None:
    found = RULES[rule](row)
    assert found == {column: row[column] for column in found}


def test_every_rule_of_the_document_has_a_table() -> None:
    headings = re.findall(r"^## (R-[A-Z-]+)", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings
    assert {rule for rule, _row in tables()} == {*headings, "R-RATE-8"} == set(RULES)
