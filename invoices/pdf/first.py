"""The page of snapshots of the first form, kept as it is: documents made again do not change."""

from collections.abc import Mapping
from typing import Any

from invoices.pdf import figures
from invoices.pdf.words import WORDS

DAYS = ("issue_date", "closing_date", "due_date")

Values = Mapping[str, Any]


def page(values: Values) -> dict[str, Any]:
    """Return what the template prints: nothing but text, already written in the language."""
    language = values["language"]
    words = WORDS[language]
    currency = values["currency"]
    return {
        "language": language,
        "words": words,
        "label": values["label"],
        "created": f"{values['issue_date']}T00:00:00Z",
        "days": [(words[name], figures.day(values[name], language)) for name in DAYS],
        "seller": _seller(values["seller"]),
        "recipient": _recipient(values["recipient"], words),
        "amount_due": figures.money(values["amount_due_minor"], currency),
        "with_tax": words["with_tax"] if values["totals"]["tax_minor"] else "",
        "due_date": figures.day(values["due_date"], language),
        "sections": [_section(each, words, language) for each in values["sections"]],
        "differences": [_difference(each, words, currency) for each in values["differences"]],
        "rates": [_rate(each, words, currency) for each in values["rates"]],
        "totals": _sums(values["totals"], currency),
        "notes": _notes(values, words),
    }


def _seller(seller: Values) -> dict[str, Any]:
    return {
        **seller,
        "address": seller["address"].splitlines(),
        "bank_account": seller["bank_account"].splitlines(),
    }


def _recipient(recipient: Values, words: Mapping[str, str]) -> dict[str, Any]:
    contact = recipient["contact"]
    return {
        "company": words["company"].format(company=recipient["company"]),
        "department": recipient["department"],
        "contact": words["contact"].format(contact=contact) if contact else "",
        "address": recipient["address"].splitlines(),
    }


def _section(section: Values, words: Mapping[str, str], language: str) -> dict[str, Any]:
    currency = section["currency"]
    return {
        "title": words["section"].format(
            coverage=words[section["coverage"]], month=figures.month(section["month"], language)
        ),
        "period": words["period"].format(
            first=figures.day(section["period_first"], language),
            last=figures.day(section["period_last"], language),
        ),
        "lines": [_line(line, words, currency, language) for line in section["lines"]],
    }


def _line(line: Values, words: Mapping[str, str], currency: str, language: str) -> dict[str, Any]:
    title = line["title"]
    if "corrects" in line:
        month = figures.month(line["corrects"], language)
        title = words["corrects"].format(title=title, month=month)
    return {
        "title": title,
        "name": line["name"],
        "mark": line["tax_category"] == "reduced",
        "quantity": figures.quantity(line["quantity"]),
        "unit": words.get(line["unit"], line["unit"]),
        "rate": _rate_short(line, words),
        "amount": figures.money(line["printed_minor"], currency),
    }


def _difference(difference: Values, words: Mapping[str, str], currency: str) -> dict[str, str]:
    return {
        "title": words["difference"].format(group=_rate_short(difference, words)),
        "rate": _rate_short(difference, words),
        "amount": figures.money(difference["minor"], currency),
    }


def _rate(rate: Values, words: Mapping[str, str], currency: str) -> dict[str, str]:
    group = words[rate["tax_category"]].format(rate=figures.percent(rate["rate"]))
    return {"group": group, **_sums(rate, currency)}


def _rate_short(taxed: Values, words: Mapping[str, str]) -> str:
    if taxed["tax_category"] == "out_of_scope":
        return words["out_of_scope_short"]
    return figures.percent(taxed["rate"])


def _sums(sums: Values, currency: str) -> dict[str, str]:
    return {
        name: figures.money(sums[f"{name}_minor"], currency) for name in ("net", "tax", "gross")
    }


def _notes(values: Values, words: Mapping[str, str]) -> list[str]:
    lines = (line for section in values["sections"] for line in section["lines"])
    reduced = any(line["tax_category"] == "reduced" for line in lines)
    return [
        *([words["reduced_note"]] if reduced else []),
        words["rounding_note"].format(mode=words[values["rounding"]]),
        words["detail_note"],
    ]
