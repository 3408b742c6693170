"""The page of today's snapshots: invoices, statements, modified and return invoices.

Sections come by currency, the payable one first unless sums of the other one join it: then what is
converted, fees and the difference lines of the payable currency close the table of lines.
"""

from collections.abc import Sequence
from typing import Any

from invoices.pdf import figures, pieces
from invoices.pdf.pieces import Annexed, Values, Words, rate_short
from invoices.pdf.wording import WORDS

YEN, DOLLAR = "JPY", "USD"
HOME = "JP"
NAMED = 3
"""So many unpaid documents are named one by one."""


def page(values: Values, annexes: Sequence[Annexed]) -> dict[str, Any]:
    """Return what the template prints: nothing but text, already written in the language."""
    language = values["language"]
    words = _words(values)
    currency = values["currency"]
    kind = values["kind"]
    return {
        "language": language,
        "look": "second",
        "words": words,
        "title": _title(values, words),
        "label": values["label"],
        "created": f"{values['issue_date']}T00:00:00Z",
        "days": _days(values, words),
        "opening": words[f"opening_{kind}"],
        "reference": _reference(values, words),
        "seller": pieces.seller(values["seller"]),
        "recipient": pieces.recipient(values["recipient"], words),
        "amount_name": words[f"due_{kind}"],
        "amount_due": figures.money(_amount(values), currency),
        "with_tax": words["with_tax"] if values["totals"]["tax_minor"] else "",
        "due_date": figures.day(values["due_date"], language) if _is_transferred(values) else "",
        "tables": [*_sections(values, words), *_closing(values, words)],
        "rates": [pieces.rate(each, words, currency) for each in values["rates"]],
        "totals": pieces.sums(values["totals"], currency),
        "jpy_tax": _jpy_tax(values, words),
        "summary": _summary(values, words),
        "notes": _notes(values, words, has_annexes=bool(annexes)),
        "annexes": pieces.annexes(annexes, words),
    }


def _words(values: Values) -> Words:
    words = WORDS[values["language"]]
    return {**words, "tax": words["tax_abroad"]} if _taxed_abroad(values) else words


def _taxed_abroad(values: Values) -> str:
    """The country whose tax is on the document, if it is not that of the seller."""
    country: str = values["recipient"]["country"]
    return country if country != HOME and values["totals"]["tax_minor"] else ""


def _title(values: Values, words: Words) -> str:
    kind = values["kind"]
    if kind == "modified" and values["corrects"]["kind"] == "statement":
        return words["title_modified_statement"]
    return words[f"title_{kind}"]


def _days(values: Values, words: Words) -> list[tuple[str, str]]:
    """A statement and a return have no day on which the customer has to do anything, and what was
    sold at once closes no month.
    """
    names = ["issue_date", *([] if _is_order(values) else ["closing_date"])]
    return pieces.days(values, words, *names, *(["due_date"] if _is_transferred(values) else []))


def _is_order(values: Values) -> bool:
    """Whether it sells an order by itself, or gives back what one cost."""
    return "order" in values or any("order" in section for section in values["sections"])


def _is_transferred(values: Values) -> bool:
    kind = values["corrects"]["kind"] if values["kind"] == "modified" else values["kind"]
    return bool(kind == "invoice")


def _amount(values: Values) -> int:
    """The amount in the box; a return is written without its minus, as the words say it."""
    due: int = values["amount_due_minor"]
    return -values["totals"]["gross_minor"] if values["kind"] == "return" else due


def _reference(values: Values, words: Words) -> list[str]:
    corrected = values.get("corrects")
    if not corrected:
        return []
    returns = "returns_order" if _is_order(values) else "returns"
    text = words[returns if values["kind"] == "return" else "replaces"].format(
        label=corrected["label"],
        day=figures.day(corrected["issue_date"], values["language"]),
        month=figures.month(values["month"], values["language"]),
    )
    reason = values.get("reason", "")
    return [text, *([words["reason"].format(reason=reason)] if reason else [])]


def _sections(values: Values, words: Words) -> list[dict[str, Any]]:
    """One table of lines for each bill or order, those of the payable currency first."""
    in_order = sorted(values["sections"], key=lambda each: each["currency"] != values["currency"])
    tables = [pieces.section(each, words, values["language"]) for each in in_order]
    if values["conversions"]:
        net = sum(each["net_minor"] for each in values["conversions"])
        tables[-1]["differences"] = _differences(values, words, DOLLAR)
        tables[-1]["total"] = (words["foreign_total"], figures.money(net, DOLLAR))
    return tables


def _closing(values: Values, words: Words) -> list[dict[str, Any]]:
    """What is not of one bill: fees, converted sums, returned amounts."""
    currency = values["currency"]
    rows = [
        *_above(values, words),
        *(_fee(fee, words, values["language"]) for fee in values["fees"]),
        *(_conversion(each, words) for each in values["conversions"]),
        *(_returned(each, words, values) for each in values.get("returned", [])),
    ]
    title = "home" if values["conversions"] else "returned" if "returned" in values else "fees"
    return [
        {
            "title": words[title] if rows else "",
            "lines": rows,
            "differences": _differences(values, words, currency),
            "total": pieces.lines_total(values["totals"], words, currency),
        }
    ]


def _above(values: Values, words: Words) -> list[dict[str, Any]]:
    """What the lines in JPY come to, where converted sums join them."""
    own = [each for each in values["sections"] if each["currency"] == values["currency"]]
    if not values["conversions"] or not own:
        return []
    printed = sum(line["printed_minor"] for each in own for line in each["lines"])
    return [{"title": words["above"], "amount": figures.money(printed, values["currency"])}]


def _fee(fee: Values, words: Words, language: str) -> dict[str, Any]:
    month = figures.month(fee["month"], language)
    return {
        "title": words["fee"].format(title=fee["title"], month=month),
        "rate": rate_short(fee, words),
        "amount": figures.money(fee["printed_minor"], YEN),
    }


def _conversion(conversion: Values, words: Words) -> dict[str, Any]:
    net = figures.money(conversion["net_minor"], DOLLAR)
    return {
        "title": words["converted"].format(group=rate_short(conversion, words), amount=net),
        "rate": rate_short(conversion, words),
        "amount": figures.money(conversion["printed_minor"], YEN),
    }


def _returned(line: Values, words: Words, values: Values) -> dict[str, Any]:
    title = words["returned_order" if _is_order(values) else "returned_line"]
    return {
        "title": title.format(month=figures.month(values["month"], values["language"])),
        "mark": pieces.is_reduced(line),
        "rate": rate_short(line, words),
        "amount": figures.money(line["printed_minor"], values["currency"]),
    }


def _differences(values: Values, words: Words, currency: str) -> list[dict[str, str]]:
    return [
        pieces.difference(each, words, currency)
        for each in values["differences"]
        if each["currency"] == currency
    ]


def _jpy_tax(values: Values, words: Words) -> list[tuple[str, str]]:
    said = values["jpy_tax"]
    if said is None:
        return []
    return [
        (
            words["jpy_tax"].format(group=rate_short(rate, words)),
            figures.money(rate["tax_minor"], YEN),
        )
        for rate in said["rates"]
    ]


def _summary(values: Values, words: Words) -> list[tuple[str, str]]:
    """What becomes of the total: points, and what is still open from before."""
    currency, due = values["currency"], values["amount_due_minor"]
    points, carried = values["points"], values["carried_over"]
    rows = []
    if points:
        name = "points" if points > 0 else "points_returned"
        rows.append((words[name], figures.money(-points, currency)))
    if points or carried:
        name = "settled" if values["kind"] == "return" else "this_month"
        rows.append((words[name], figures.money(due, currency)))
    if carried:
        labels = _labels([each["label"] for each in carried], words)
        open_before = figures.money(values["carried_over_minor"], currency)
        rows.append((words["carried_over"].format(labels=labels), open_before))
        rows.append((words["payable"], figures.money(values["payable_minor"], currency)))
    return rows


def _labels(labels: Sequence[str], words: Words) -> str:
    named = ", ".join(labels[:NAMED])
    more = len(labels) - NAMED
    return words["and_more"].format(labels=named, count=more) if more > 0 else named


def _notes(values: Values, words: Words, *, has_annexes: bool) -> list[str]:
    sections = values["sections"]
    lines = [line for section in sections for line in section["lines"]]
    has_detail = any("order" not in section for section in sections if section["lines"])
    taxed = [*lines, *values.get("returned", [])]
    exchange = values["exchange"] if values["conversions"] or values["jpy_tax"] else None
    country = _taxed_abroad(values)
    return [
        *([_exchange(exchange, words, values["language"])] if exchange else []),
        *([words["tax_note"].format(country=country)] if country else []),
        *([words["reduced_note"]] if any(map(pieces.is_reduced, taxed)) else []),
        words["rounding_note" if lines else "rounded_once"].format(mode=words[values["rounding"]]),
        *([words["detail_note"]] if has_detail and not has_annexes else []),
    ]


def _exchange(exchange: Values, words: Words, language: str) -> str:
    return words["exchange"].format(
        rate=exchange["rate"],
        day=figures.day(exchange["day"], language),
        source=exchange["source"],
    )
