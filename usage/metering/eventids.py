"""What makes the event ids of a feed: its columns in their order, and a suffix for each fact."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

PART, ESCAPE = "/", "\\"
LONGEST_RULE = 500
"""Characters of a rule as it is kept."""


@dataclass(frozen=True, slots=True)
class EventIdRule:
    """`columns` in the order of the id; `suffixes` of the facts of one row, sorted."""

    columns: tuple[str, ...]
    suffixes: tuple[str, ...]

    @classmethod
    def of(cls, columns: Iterable[str], suffixes: Iterable[str]) -> "EventIdRule":
        return cls(tuple(columns), tuple(sorted(set(suffixes))))

    @classmethod
    def read(cls, text: str) -> "EventIdRule | None":
        """Read what `text` wrote; None for ""."""
        if not text:
            return None
        said = json.loads(text)
        return cls.of(said["columns"], said["suffixes"])

    def text(self) -> str:
        """Write the rule so that equal rules give equal texts."""
        said = {"columns": self.columns, "suffixes": self.suffixes}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))

    def agrees_with(self, other: "EventIdRule") -> bool:
        """Say whether a fact has one id by both: of the suffixes, one side may have more."""
        mine, others = set(self.suffixes), set(other.suffixes)
        return self.columns == other.columns and (mine <= others or others <= mine)

    def with_suffixes_of(self, other: "EventIdRule") -> "EventIdRule":
        return self.of(self.columns, (*self.suffixes, *other.suffixes))

    def __str__(self) -> str:
        named = ", ".join(self.columns)
        suffixes = ", ".join(suffix or "–" for suffix in self.suffixes)
        return named if self.suffixes == ("",) else f"{named} + ({suffixes})"


def joined(parts: Iterable[str]) -> str:
    """Join texts such that different lists of them never give one text."""
    marked = (part.replace(ESCAPE, ESCAPE * 2).replace(PART, ESCAPE + PART) for part in parts)
    return PART.join(marked)
