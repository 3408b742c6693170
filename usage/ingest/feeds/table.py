"""One table of a profile: each key is asked for with what may stand there."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from usage.ingest.feeds.toml import LONGEST_TEXT, Path, Problems, quoted, suggestion

KEYS: Mapping[str, tuple[str, ...]] = {
    "": (
        "source",
        "event_id",
        "account",
        "coverage",
        "csv",
        "device",
        "at",
        "values",
        "skip",
        "fact",
    ),
    "csv": (
        "delimiter",
        "quote",
        "escape",
        "encoding",
        "columns",
        "skip_lines",
        "comment",
        "trim",
    ),
    "device": ("id", "kind", "required"),
    "at": ("column", "format", "zone", "overlap", "whole_day"),
    "values": ("column", "remove", "case", "first", "map", "default"),
    "skip": ("column", "equals", "not_equals", "matches", "not_matches", "empty"),
    "fact": ("suffix", "meter", "variant", "quantity", "when"),
    "quantity": (
        "column",
        "from",
        "to",
        "factor",
        "round",
        "decimal",
        "thousands",
        "empty",
    ),
    "when": ("column", "equals", "not_equals", "matches", "not_matches", "empty"),
}
"""Every key that a profile can have, by the kind of its table."""

MOST_TEXTS = 1_000


class Table:
    """Gives values that are what they should be; of others it notes what is wrong.

    Then it returns the default, so that reading goes on and finds all problems.
    """

    def __init__(self, data: Mapping[str, Any], kind: str, path: Path, problems: Problems) -> None:
        self._data = data
        self.kind = kind
        self.path = path
        self.problems = problems
        for name in data:
            if name not in KEYS[kind]:
                known = ", ".join(KEYS[kind])
                message = _("There is no such key. Here may stand: %s.") % known
                self.wrong(message + suggestion(name, KEYS[kind]), name)

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def wrong(self, message: str, *keys: str | int) -> None:
        self.problems.add((*self.path, *keys), message)

    def raw(self, key: str) -> Any:
        return self._data.get(key)

    def text(
        self,
        key: str,
        default: str = "",
        *,
        required: bool = False,
        longest: int = LONGEST_TEXT,
        choices: Collection[str] = (),
    ) -> str:
        value = self._data.get(key)
        if value is None:
            if required:
                self.wrong(_("This key is missing."), key)
            return default
        if not isinstance(value, str):
            self.wrong(_("Write a text, in quotes."), key)
        elif len(value) > longest:
            self.wrong(_("The text is longer than %d characters.") % longest, key)
        elif required and not value:
            self.wrong(_("The text is empty."), key)
        elif choices and value not in choices:
            message = _("%(value)s is none of: %(choices)s.")
            said = message % {"value": quoted(value), "choices": ", ".join(choices)}
            self.wrong(said + suggestion(value, tuple(choices)), key)
        else:
            return value
        return default

    def texts(self, key: str, *, required: bool = False, most: int = 16) -> tuple[str, ...]:
        """One text, or a list of texts; none of them empty."""
        value = self._data.get(key)
        if value is None:
            if required:
                self.wrong(_("This key is missing."), key)
            return ()
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            self.wrong(_("Write a text in quotes, or a list of such texts."), key)
        elif not found:
            self.wrong(_("The list is empty."), key)
        elif len(found) > most:
            self.wrong(_("The list has more than %d entries.") % most, key)
        elif any(len(one) > LONGEST_TEXT for one in found):
            self.wrong(_("The text is longer than %d characters.") % LONGEST_TEXT, key)
        else:
            return tuple(found)
        return ()

    def whole(self, key: str, default: int, *, least: int, most: int) -> int:
        value = self._data.get(key, default)
        if type(value) is int and least <= value <= most:
            return value
        limits = {"least": least, "most": most}
        self.wrong(_("Write a whole number from %(least)d to %(most)d.") % limits, key)
        return default

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self._data.get(key, default)
        if not isinstance(value, bool):
            self.wrong(_("Write true or false."), key)
            return default
        return value

    def table(self, key: str, *, required: bool = False) -> "Table":
        """The table of this key; an empty one if there is none."""
        value = self._data.get(key)
        if value is None and required:
            self.wrong(_("The table [%s] is missing.") % key, key)
        if value is not None and not isinstance(value, dict):
            self.wrong(_("This must be a table."), key)
        data = value if isinstance(value, dict) else {}
        return Table(data, key, (*self.path, key), self.problems)

    def tables(self, key: str, *, most: int) -> list["Table"]:
        """The tables of this key: [[key]] several times, or [key] once."""
        value = self._data.get(key, [])
        if isinstance(value, dict):
            return [self.table(key)]
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.wrong(_("This must be a table, or a list of tables."), key)
            return []
        if len(value) > most:
            self.wrong(_("The list has more than %d entries.") % most, key)
            return []
        path = (*self.path, key)
        return [Table(one, key, (*path, place), self.problems) for place, one in enumerate(value)]

    def named(self, key: str, *, most: int) -> Iterator[tuple[str, "Table"]]:
        """The tables below this key with their names: [key.name]."""
        value = self._data.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(one, dict) for one in value.values()):
            self.wrong(_("Write one table [%s.NAME] for each.") % key, key)
            return
        if len(value) > most:
            self.wrong(_("The list has more than %d entries.") % most, key)
            return
        for name, one in value.items():
            yield name, Table(one, key, (*self.path, key, name), self.problems)
