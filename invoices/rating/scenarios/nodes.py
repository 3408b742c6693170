"""One value of a scenario under examination. A bad one is noted, and something harmless returned.

What is absent gives the default in silence: that it is missing was noted with the record.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from billing_portal.common.money import NotExact, exact
from billing_portal.common.periods import FIRST_YEAR, LAST_YEAR, BadMonth, Month
from invoices.rating.scenarios.problems import LONGEST, Problems, alike, excerpt
from invoices.rating.scenarios.text import Members, Unusable

BIGGEST = 2**63 - 1
LONGEST_NUMBER = 64
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
OPTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
VARIANT = re.compile(r"[A-Za-z0-9._-]{0,100}")
NO_DAY = date(2000, 1, 1)
NO_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
NO_MONTH = Month(2000, 1)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)
# What steers a device or is half a character. A tag may hold lines and columns.
_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNREADABLE_IN_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_COUNTRY = re.compile(r"[A-Z]{2}")
_DIGITS = re.compile(r"[0-9]{1,19}")


class _Absent:
    pass


ABSENT = _Absent()


@dataclass(frozen=True, slots=True)
class Keys:
    """The names of a record: those that it needs, and those that may be left out."""

    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.needed + self.optional


class Node:
    """A value and its place. The path is put together only when something is wrong there."""

    __slots__ = ("key", "parent", "problems", "value")

    def __init__(
        self,
        value: object,
        problems: Problems,
        *,
        parent: "Node | None" = None,
        key: str | int = "",
    ) -> None:
        self.value, self.problems, self.parent, self.key = value, problems, parent, key

    @property
    def path(self) -> str:
        if self.parent is None:
            return ""
        if isinstance(self.key, int):
            return f"{self.parent.path}[{self.key}]"
        name = self.key if CODE.fullmatch(self.key) else f"[{excerpt(self.key)}]"
        before = self.parent.path
        return f"{before}.{name}" if before and not name.startswith("[") else before + name

    @property
    def is_there(self) -> bool:
        return self.value is not ABSENT

    def bad(self, text: str) -> None:
        self.problems.at(self.path, text)

    def child(self, key: str | int, value: object) -> "Node":
        return Node(value, self.problems, parent=self, key=key)

    def record(self, keys: Keys) -> "Record":
        """The members of an object; what is missing, unknown or there twice is noted."""
        members = self._members("an object, such as {" + ", ".join(keys.needed) + "}")
        if members is None:
            return Record(self, {})
        for name in members:
            if name not in keys.all:
                self.child(name, None).bad(f"This field is unknown.{alike(name, keys.all)}")
        for name in keys.needed:
            if name not in members:
                self.child(name, None).bad("This field is missing. Add it.")
        return Record(self, members)

    def members(self) -> Iterator[tuple[str, "Node"]]:
        """The members of an object whose names are free."""
        for name, value in (self._members("an object, such as {name: value}") or {}).items():
            yield name, self.child(name, value)

    def _members(self, wanted: str) -> "dict[str, object] | None":
        if not self.is_there:
            return None
        if not isinstance(self.value, dict):
            self._wrong(f"Write {wanted}.")
            return None
        if isinstance(self.value, Members):
            for name in self.value.doubled:
                self.child(name, None).bad("This field is there twice. Remove one of them.")
        return self.value

    def entries(self, *, most: int) -> "Sequence[Node]":
        """The entries of a list of at most so many."""
        if not self.is_there:
            return ()
        if not isinstance(self.value, list):
            self._wrong("Write a list: [ … ].")
            return ()
        if len(self.value) > most:
            self.bad(f"It has {len(self.value)} entries; at most {most} can be read.")
            return ()
        return [self.child(place, value) for place, value in enumerate(self.value)]

    def text(self, *, longest: int, default: str = "", lines: bool = False) -> str:
        """A text that can be printed; with `lines` it may hold some."""
        if not self.is_there:
            return default
        if not isinstance(self.value, str):
            self._wrong('Write a text, in quotes: "…".')
            return default
        if len(self.value) > longest:
            self.bad(f"It has {len(self.value)} characters; at most {longest} are allowed.")
            return default
        if (_UNREADABLE_IN_LINES if lines else _UNREADABLE).search(self.value):
            self.bad("It holds a character that cannot be read. Remove it.")
            return default
        return self.value

    def filled(self, *, longest: int) -> str:
        """A text that is not empty."""
        before = self.problems.count
        found = self.text(longest=longest)
        if self.is_there and not found and self.problems.count == before:
            self.bad("It is empty. Fill it in.")
        return found

    def code(self, shape: re.Pattern[str] = CODE, default: str = "") -> str:
        found = self.text(longest=LONGEST_NUMBER * 2, default=default)
        if found and not shape.fullmatch(found):
            self.bad(
                f"{excerpt(found)} is no name of this kind. Use letters, digits, dot, hyphen and"
                f" underscore{', colon' if shape is OPTION else ''}; at most 64"
                f"{' (variants 100)' if shape is VARIANT else ''}."
            )
            return default
        return found

    def choice(self, words: Collection[str], default: str = "") -> str:
        before = self.problems.count
        found = self.text(longest=LONGEST_NUMBER * 2, default=default)
        if self.is_there and self.problems.count == before and found not in words:
            self.bad(f"{excerpt(found)} is not known.{alike(found, words)}")
            return default
        return found

    def flag(self, *, default: bool = False) -> bool:
        if not self.is_there:
            return default
        if not isinstance(self.value, bool):
            self._wrong("Write true or false, without quotes.")
            return default
        return self.value

    def whole(self, *, least: int = 1, most: int = BIGGEST, default: int = 1) -> int:
        """A whole number: a JSON number, or its digits as text."""
        if not self.is_there:
            return default
        value = self.value
        if isinstance(value, str) and _DIGITS.fullmatch(value):
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self._wrong(f"Write a whole number from {least} to {most}, in digits only.")
        return default

    def decimal(self) -> Decimal:
        """An exact decimal from 0 on: a text, or a whole JSON number."""
        if not self.is_there:
            return Decimal(0)
        value = self.value
        if isinstance(value, bool) or not isinstance(value, str | int) or _is_long(value):
            self._wrong('Write a decimal as text, such as "0.21", of at most 64 characters.')
            return Decimal(0)
        try:
            found = exact(value)
        except NotExact as error:
            self.bad(f'{error} Write a decimal as text, such as "0.21".')
            return Decimal(0)
        if found < 0:
            self.bad("It is below 0. A discount is an item with a rule of its own.")
            return Decimal(0)
        return found

    def month(self) -> Month:
        if isinstance(self.value, str):
            try:
                return Month.parse(self.value[:LONGEST_NUMBER])
            except BadMonth:
                pass
        if self.is_there:
            self._wrong("Write a month as YYYY-MM, such as 2026-10.")
        return NO_MONTH

    def day(self, default: date = NO_DAY) -> date:
        if not self.is_there:
            return default
        value = self.value
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                found = date.fromisoformat(value)
                if FIRST_YEAR <= found.year <= LAST_YEAR:
                    return found
        except ValueError:
            pass
        self._wrong("Write a day as YYYY-MM-DD, such as 2026-10-05.")
        return default

    def country(self, *, default: str) -> str:
        found = self.text(longest=LONGEST_NUMBER, default=default)
        if not _COUNTRY.fullmatch(found):
            self._wrong("Write a country as two capital letters, such as JP.")
        return found

    def instant(self) -> datetime:
        """An instant in UTC; it needs a zone."""
        value = self.value
        try:
            if isinstance(value, str) and _INSTANT.fullmatch(value):
                found = datetime.fromisoformat(value).astimezone(UTC)
                if FIRST_YEAR <= found.year <= LAST_YEAR:
                    return found
        except (ValueError, OverflowError):
            pass
        self._wrong("Write an instant with its zone, such as 2026-10-05T09:30:00Z or …+09:00.")
        return NO_INSTANT

    def _wrong(self, wanted: str) -> None:
        self.bad(f"{_told(self.value)} stands here. {wanted}")


class Record:
    """The members of one object by name; one that is not there is an absent node."""

    __slots__ = ("members", "node")

    def __init__(self, node: Node, members: "dict[str, object]") -> None:
        self.node, self.members = node, members

    def __getitem__(self, name: str) -> Node:
        return self.node.child(name, self.members.get(name, ABSENT))


def _is_long(value: str | int) -> bool:
    return len(value) > LONGEST_NUMBER if isinstance(value, str) else abs(value) > BIGGEST


def _told(value: object) -> str:
    """What a value is, short and safe to print."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return excerpt(value)
    if isinstance(value, list | dict):
        return "A list" if isinstance(value, list) else "An object"
    return f"The number {_digits(value)}"


def _digits(value: object) -> str:
    if isinstance(value, int) and abs(value) > BIGGEST:
        return "of too many digits"
    text = value.text if isinstance(value, Unusable) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
