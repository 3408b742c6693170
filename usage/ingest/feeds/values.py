"""Named values, templates and conditions as expressions over the columns of a file."""

import re
from collections.abc import Iterable

import polars as pl

from usage.ingest.feeds.profile import Condition, Template, Value
from usage.ingest.reasons import code
from usage.metering.eventids import ESCAPE, PART

LOWER, UPPER = "lower", "upper"
CELL = "="


def cell(column: str) -> str:
    """The name under which a column of a file is read: never one of ours, such as "line"."""
    return f"{CELL}{column}"


def value_column(name: str) -> str:
    """The column in which a named value stands: never one of a file, nor of ours."""
    return f"@{name}"


def value(one: Value) -> pl.Expr:
    """The text of a value; null where it is not in its map."""
    text = pl.col(cell(one.column))
    if one.remove:
        text = text.str.replace_all(f"[{re.escape(one.remove)}]", "")
    if one.case:
        text = text.str.to_lowercase() if one.case == LOWER else text.str.to_uppercase()
    if one.first:
        text = text.str.head(one.first)
    if one.map is not None:
        text = text.replace_strict(
            list(one.map), list(one.map.values()), default=one.default, return_dtype=pl.String
        )
    return text.alias(value_column(one.name))


def unmapped(values: Iterable[Value]) -> list[pl.Expr]:
    """The faults of values that are not in their maps."""
    return [
        pl.when(pl.col(value_column(one.name)).is_null()).then(
            pl.lit(code("unmapped", one.column, one.name))
        )
        for one in values
        if one.map is not None and one.default is None
    ]


def filled(template: Template) -> pl.Expr:
    """The text of a template; what is not in its map is empty."""
    if template.constant is not None:
        return pl.lit(template.constant)
    parts = [
        pl.col(value_column(part)).fill_null("") if place % 2 else pl.lit(part)
        for place, part in enumerate(template.parts)
        if part or place % 2
    ]
    return pl.concat_str(parts)


def holds(condition: Condition) -> pl.Expr:
    text = pl.col(cell(condition.column))
    if condition.test == "matches":
        found = text.str.contains(_pattern(condition.texts))
    else:
        found = text.is_in(list(condition.texts))
    return ~found if condition.negated else found


def any_of(conditions: Iterable[Condition]) -> pl.Expr:
    found = [holds(condition) for condition in conditions]
    return pl.any_horizontal(found) if found else pl.lit(value=False)


def all_of(conditions: Iterable[Condition]) -> pl.Expr:
    found = [holds(condition) for condition in conditions]
    return pl.all_horizontal(found) if found else pl.lit(value=True)


def joined(columns: Iterable[str]) -> pl.Expr:
    """Join columns such that different rows never give one text, as `eventids.joined` does."""
    parts = (
        pl.col(cell(column))
        .str.replace_all(ESCAPE, ESCAPE * 2, literal=True)
        .str.replace_all(PART, ESCAPE + PART, literal=True)
        for column in columns
    )
    return pl.concat_str(list(parts), separator=PART)


def _pattern(texts: Iterable[str]) -> str:
    like = "|".join(_like(one) for one in texts)
    return f"(?s)^(?:{like})$"


def _like(text: str) -> str:
    signs = {"*": ".*", "?": "."}
    return "".join(signs.get(sign) or re.escape(sign) for sign in text)
