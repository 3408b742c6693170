"""How devices are found by a part of what is written about them."""

import unicodedata
from collections.abc import Iterable, Mapping

LINE = "\n"
"""Parts the texts of one device, so that nothing is found across two of them."""


def folded(text: str) -> str:
    """One form for what people take for the same: wide or narrow, upper case or lower case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign if sign.isprintable() else " " for sign in plain)


def search_text(*, texts: Iterable[str], tags: Mapping[str, str]) -> str:
    """Return what searches look through: each text, and each tag as `name=value`, on a line."""
    lines = [*texts, *(f"{name}={value}" for name, value in tags.items())]
    return LINE + LINE.join(folded(line) for line in lines if line) + LINE


def tag_line(*, name: str, value: str) -> str:
    """Return the line of a tag with just this value, with what parts it from other lines."""
    return LINE + folded(f"{name}={value}") + LINE
