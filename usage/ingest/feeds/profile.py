"""What a feed profile says (docs/feeds.md), once it has been read and found to make sense."""

from collections.abc import Mapping
from dataclasses import dataclass

from usage.ingest.csvrows import Dialect
from usage.ingest.feeds.patterns import Reading
from usage.metering.eventids import EventIdRule


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is cut. Without `columns` the line behind `skip_lines` names them."""

    dialect: Dialect
    encoding: str
    columns: tuple[str, ...]
    skip_lines: int


@dataclass(frozen=True, slots=True)
class Value:
    """A named text made of one column. `map` is None where the text itself is the value; with a
    map, what is not in it is `default`, or rejects the row (None).
    """

    name: str
    column: str
    remove: str
    case: str
    first: int
    map: Mapping[str, str] | None
    default: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """Texts and values in turn: the even parts stand as they are, the odd ones name a value."""

    parts: tuple[str, ...]

    @property
    def constant(self) -> str | None:
        """The text, if no value is in it."""
        return self.parts[0] if len(self.parts) == 1 else None

    @property
    def names(self) -> tuple[str, ...]:
        return self.parts[1::2]


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds where the column is one of `texts` or, for "matches", like one of them (`*`, `?`)."""

    column: str
    test: str
    texts: tuple[str, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Device:
    """`kind` "id" is the device's own id, others are kinds of its identifiers."""

    id: Template
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class Instant:
    """Columns, joined by a blank, and the ways in which they may be written."""

    columns: tuple[str, ...]
    readings: tuple[Reading, ...]
    zone: str
    overlap: str
    whole_day: bool


@dataclass(frozen=True, slots=True)
class Quantity:
    """A constant, the sum of columns, or the seconds between two instants, times a factor.

    The factor is `numerator` / 10^`places`. `empty` counts for empty cells (None: rejected).
    """

    constant: int | None
    columns: tuple[str, ...]
    start: tuple[str, ...]
    end: tuple[str, ...]
    numerator: int
    places: int
    rounding: str
    decimal: str
    thousands: str
    empty: int | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact that a row holds if all of `when` hold."""

    suffix: str
    meter: Template
    variant: Template
    quantity: Quantity
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A whole profile. Names in templates are in `values`, made of plain columns where needed."""

    source: str
    layout: Layout
    event_id: tuple[str, ...]
    device: Device | None
    account: Template | None
    coverage: Template | None
    at: Instant
    values: Mapping[str, Value]
    skip: tuple[Condition, ...]
    facts: tuple[Fact, ...]

    @property
    def rule(self) -> EventIdRule:
        return EventIdRule.of(self.event_id, (fact.suffix for fact in self.facts))

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, each once, in the order of the profile."""
        found = [*self.event_id, *self.at.columns]
        found += [value.column for value in self.values.values()]
        found += [condition.column for condition in self.skip]
        for fact in self.facts:
            found += [condition.column for condition in fact.when]
            found += [*fact.quantity.columns, *fact.quantity.start, *fact.quantity.end]
        return tuple(dict.fromkeys(found))
