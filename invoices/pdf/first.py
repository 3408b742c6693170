"""The page of snapshots of the first form, kept as it is: documents made again do not change."""

from collections.abc import Sequence
from typing import Any

from invoices.pdf import figures, pieces
from invoices.pdf.pieces import Annexed, Values, Words
from invoices.pdf.words import WORDS


def page(values: Values, _annexes: Sequence[Annexed]) -> dict[str, Any]:
    """Return what the template prints. These documents name no annex."""
    language = values["language"]
    words = WORDS[language]
    currency = values["currency"]
    return {
        "language": language,
        "words": words,
        "title": words["invoice"],
        "label": values["label"],
        "created": f"{values['issue_date']}T00:00:00Z",
        "days": pieces.days(values, words, "issue_date", "closing_date", "due_date"),
        "opening": words["opening"],
        "seller": pieces.seller(values["seller"]),
        "recipient": pieces.recipient(values["recipient"], words),
        "amount_name": words["amount_due"],
        "amount_due": figures.money(values["amount_due_minor"], currency),
        "with_tax": words["with_tax"] if values["totals"]["tax_minor"] else "",
        "due_date": figures.day(values["due_date"], language),
        "tables": _tables(values, words),
        "rates": [pieces.rate(each, words, currency) for each in values["rates"]],
        "totals": pieces.sums(values["totals"], currency),
        "notes": _notes(values, words),
    }


def _tables(values: Values, words: Words) -> list[dict[str, Any]]:
    """One for each section; differences and total close the last one."""
    currency = values["currency"]
    tables = [pieces.section(each, words, values["language"]) for each in values["sections"]]
    tables[-1] |= {
        "differences": [pieces.difference(each, words, currency) for each in values["differences"]],
        "total": pieces.lines_total(values["totals"], words, currency),
    }
    return tables


def _notes(values: Values, words: Words) -> list[str]:
    lines = (line for section in values["sections"] for line in section["lines"])
    return [
        *([words["reduced_note"]] if any(map(pieces.is_reduced, lines)) else []),
        words["rounding_note"].format(mode=words[values["rounding"]]),
        words["detail_note"],
    ]
