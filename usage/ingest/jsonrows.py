"""NDJSON lines to the same columns of text that CSV gives."""

import json
from collections.abc import Sequence
from typing import Any, NoReturn

import polars as pl

from usage.ingest.reading import Block
from usage.ingest.reasons import code


class _Twice(ValueError):
    """An object names a field twice, so which value counts is open."""


class JsonRows:
    """Reads one JSON object from each line. Absent fields and null are empty text."""

    def __init__(self, texts: Sequence[str], numbers: Sequence[str]) -> None:
        self.texts = tuple(texts)
        self.numbers = tuple(numbers)
        self._schema = {
            "line": pl.Int64,
            "raw": pl.String,
            "fault": pl.String,
            **dict.fromkeys((*self.texts, *self.numbers), pl.String),
        }

    def take(self, block: Block) -> pl.DataFrame:
        """Return rows: `line`, `raw`, `fault` (null if none) and the fields, as text."""
        rows = [
            (number, line, *self._row(line))
            for number, line in enumerate(block.lines, block.first_line)
            if line
        ]
        columns = list(zip(*rows, strict=True))  # quicker than row by row
        return pl.DataFrame(columns or None, schema=self._schema, orient="col")

    def finish(self) -> pl.DataFrame:
        return pl.DataFrame(schema=self._schema)

    def _row(self, line: str) -> tuple[str | None, ...]:
        nothing = ("",) * (len(self.texts) + len(self.numbers))
        try:
            fields = _DECODER.decode(line)
        except _Twice:
            return code("twice"), *nothing
        except (ValueError, RecursionError):
            return code("json"), *nothing
        if not isinstance(fields, dict):
            return code("json"), *nothing
        numbers = [_number(fields.get(name)) for name in self.numbers]
        fault, texts = self._read(fields)
        return fault, *texts, *numbers

    def _read(self, fields: dict[str, Any]) -> tuple[str | None, Sequence[str]]:
        """Return what is wrong with the texts of a row, and the texts."""
        plain = [fields.get(name, "") for name in self.texts]
        try:
            if "".join(plain).isascii():  # nearly all rows are, and a look at each text costs more
                return None, plain
        except TypeError:
            pass
        texts = [_text(value) for value in plain]
        wrong = next((n for n, text in zip(self.texts, texts, strict=True) if text is None), None)
        fault = None if wrong is None else code("text", wrong)
        return fault, [text or "" for text in texts]


def parse(raw: str) -> dict[str, Any] | None:
    """Read one line again, to write it out; None for what is no JSON object."""
    try:
        fields = _DECODER.decode(raw)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def is_unicode(value: str) -> bool:
    """Say whether a text can be written as UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, from an escape such as \\ud800
        return False
    return True


def _text(value: Any) -> str | None:
    """Return a text, "" for none; None for what is no text or cannot be stored."""
    if value is None:
        return ""
    if not isinstance(value, str) or (not value.isascii() and not is_unicode(value)):
        return None
    return value


def _number(value: Any) -> str:
    """Write a number as CSV would have it; anything else so that it is seen to be none."""
    if type(value) is int:
        return str(value)
    return "" if value is None else json.dumps(value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise _Twice
    return fields


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON.")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant)
