"""What is wrong with a catalogue file, told so that its author can mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row stands; line 0 is the file as a whole. TOML fields have lines of their own."""

    file: str
    line: int = 0
    field_lines: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, name: str) -> int:
        return self.field_lines.get(name, self.line)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where, in which field, what is wrong and what to do."""

    file: str
    line: int
    field: str
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field}: {self.text}" if self.field else f"{place}: {self.text}"


class CatalogRefused(ValueError):
    """The catalogue was not loaded, not even in part. `problems` holds everything that is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: (one.file, one.line)))
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """Return the first 50 problems as text, and how many more there are."""
        shown = [str(problem) for problem in self.problems[:SHOWN]]
        rest = len(self.problems) - len(shown)
        if rest:
            more = ngettext("… and %(n)d more.", "… and %(n)d more.", rest) % {"n": rest}
            shown.append(more)
        return [_("Nothing was loaded:"), *shown]


class Problems(list[Problem]):
    """Collects what is wrong, so that all of it is told at once."""

    def at(self, origin: Origin, name: str, text: str) -> None:
        self.append(Problem(origin.file, origin.line_of(name), name, text))

    def raise_if_any(self) -> None:
        if self:
            raise CatalogRefused(self)
