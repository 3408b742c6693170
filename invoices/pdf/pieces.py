"""What the pages of all forms of snapshot have in common: parties, sections, lines, sums."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from invoices.pdf import figures

Values = Mapping[str, Any]
Words = Mapping[str, str]


class Annexed(NamedTuple):
    """A detail CSV that a page names: its file, how many lines it has, the SHA-256 of its bytes."""

    name: str
    lines: int
    sha256: str


Page = Mapping[str, Any]
"""What a template prints: nothing but text, already written in the language."""


def seller(values: Values) -> dict[str, Any]:
    return {
        **values,
        "address": values["address"].splitlines(),
        "bank_account": values["bank_account"].splitlines(),
    }


def recipient(values: Values, words: Words) -> dict[str, Any]:
    contact = values["contact"]
    return {
        "company": words["company"].format(company=values["company"]),
        "department": values["department"],
        "contact": words["contact"].format(contact=contact) if contact else "",
        "address": values["address"].splitlines(),
    }


def days(values: Values, words: Words, *names: str) -> list[tuple[str, str]]:
    return [(words[name], figures.day(values[name], values["language"])) for name in names]


def section(values: Values, words: Words, language: str) -> dict[str, Any]:
    """The table of lines of one bill, or of an order that was sold by itself."""
    title, period = ("order", "sold") if "order" in values else ("section", "period")
    month = figures.month(values["month"], language)
    return {
        "title": words[title].format(coverage=words[values["coverage"]], month=month),
        "period": words[period].format(
            first=figures.day(values["period_first"], language),
            last=figures.day(values["period_last"], language),
        ),
        "lines": [_line(line, words, values["currency"], language) for line in values["lines"]],
    }


def _line(values: Values, words: Words, currency: str, language: str) -> dict[str, Any]:
    title = values["title"]
    if "corrects" in values:
        month = figures.month(values["corrects"], language)
        title = words["corrects"].format(title=title, month=month)
    return {
        "title": title,
        "name": values["name"],
        "mark": is_reduced(values),
        "quantity": figures.quantity(values["quantity"]),
        "unit": unit(values["unit"], words),
        "rate": rate_short(values, words),
        "amount": figures.money(values["printed_minor"], currency),
    }


def unit(code: str, words: Words) -> str:
    """A unit of the catalogue; one that the renderer has no word for stays as it is."""
    return words.get(f"unit_{code}", words.get(code, code))


def difference(values: Values, words: Words, currency: str) -> dict[str, str]:
    """The line that makes the printed ones of a tax rate add up."""
    return {
        "title": words["difference"].format(group=rate_short(values, words)),
        "rate": rate_short(values, words),
        "amount": figures.money(values["minor"], currency),
    }


def rate(values: Values, words: Words, currency: str) -> dict[str, str]:
    """Net, tax and total of one tax rate."""
    group = words[values["tax_category"]].format(rate=figures.percent(values["rate"]))
    return {"group": group, **sums(values, currency)}


def rate_short(taxed: Values, words: Words) -> str:
    if taxed["tax_category"] == "out_of_scope":
        return words["out_of_scope_short"]
    return figures.percent(taxed["rate"])


def is_reduced(taxed: Values) -> bool:
    return bool(taxed["tax_category"] == "reduced")


def sums(values: Values, currency: str) -> dict[str, str]:
    return {
        name: figures.money(values[f"{name}_minor"], currency) for name in ("net", "tax", "gross")
    }


def lines_total(totals: Values, words: Words, currency: str) -> tuple[str, str]:
    return words["lines_total"], figures.money(totals["net_minor"], currency)


def annexes(named: Sequence[Annexed], words: Words) -> list[dict[str, str]]:
    return [
        {
            "text": words["annex"].format(name=each.name, lines=f"{each.lines:,}"),
            "hash": each.sha256,
        }
        for each in named
    ]
