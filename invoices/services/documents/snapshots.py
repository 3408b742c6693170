"""The text of a document's snapshot, its hash and its seal (docs/documents.md)."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any


def canonical(values: Mapping[str, Any]) -> str:
    """Write values as JSON of which there is only one form: sorted keys, no blanks, no floats."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    json.loads(text, parse_float=_refuse_float, parse_constant=_refuse_float)
    return text


def digest(text: str) -> str:
    """Return the SHA-256 of a snapshot's text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def seal(*, previous: str, label: str, snapshot_hash: str) -> str:
    """Bind a document to the one before it in its series; `previous` is "" for the first."""
    return digest(f"{previous}\n{label}\n{snapshot_hash}")


def clean(text: str) -> str:
    """Return text that can be printed: no control characters, no blanks around a line.

    Letters stay as they were given. Unicode's normal forms would change the characters of names.
    """
    if text.isprintable():  # one line, as nearly all texts are
        return text.strip()
    lines = (
        "".join(letter for letter in line if unicodedata.category(letter) not in _UNPRINTABLE)
        for line in text.splitlines()
    )
    return "\n".join(line.strip() for line in lines).strip()


# Control and format characters (direction overrides), lone surrogates, private use, unassigned.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def _refuse_float(text: str) -> None:
    raise TypeError(f"A snapshot holds no float such as {text}.")
