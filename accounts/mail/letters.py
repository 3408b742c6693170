"""The form of a letter."""

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_VALUE = 2000
"""Characters of one value: a link is long, a team's name should not fill a screen."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and text; before it is written, with names of values in braces."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Language:
    """All letters of one language, the words for codes, and what stands under every letter."""

    letters: Mapping[str, Letter]
    words: Mapping[str, Mapping[str, str]]
    footer: str


def one_line(value: str) -> str:
    """Make a value fit into a line: no break, no control character, not endless."""
    printable = "".join(character if character.isprintable() else " " for character in value)
    return " ".join(printable.split())[:LONGEST_VALUE]
