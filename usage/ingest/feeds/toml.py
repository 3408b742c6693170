"""Reading TOML of strangers: bounded in every direction, and each complaint names key and line."""

import re
import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

MOST_BYTES = 256 << 10
MOST_DEPTH = 8
"""Brackets within brackets. The parser itself would end at some hundred, in a crash."""
MOST_DOTS = 32
"""Outside of texts, in one line. The time to read a dotted key grows with the square of it."""
MOST_ENTRIES = 20_000
LONGEST_TEXT = 500

_LONG = r'"""(?:\\.|[^\\])*?"""' + r"|'''.*?'''"
_SHORT = r'"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'"
_TEXTS = re.compile(rf"{_LONG}|{_SHORT}|#[^\n]*", re.DOTALL)
_LONG_TEXTS = re.compile(_LONG, re.DOTALL)
_KEY = re.compile(rf"{_SHORT}|[A-Za-z0-9_-]+")
_KEYS = rf"(?:{_SHORT}|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:{_SHORT}|[A-Za-z0-9_-]+))*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_KEYS})\s*\]")
_SETTING = re.compile(rf"\s*({_KEYS})\s*=")

Path = tuple[str | int, ...]


class ProfileRefused(Exception):
    """A profile cannot be used. `problems` has one text for each fault, with its key and line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Problems:
    """What is wrong with a text, gathered so that all of it is told at once."""

    def __init__(self, text: str) -> None:
        self._lines = dict(_lines(text))
        self._found: list[tuple[int, str]] = []

    def add(self, path: Path, message: str) -> None:
        line = self._line(path)
        if name := _named(path):
            where = _("Line %(line)d, %(key)s: %(message)s") if line else "%(key)s: %(message)s"
        else:
            where = "%(message)s"
        self._found.append((line, where % {"line": line, "key": name, "message": message}))

    def raise_any(self) -> None:
        """Raise ProfileRefused if anything was found."""
        if self._found:
            raise ProfileRefused([text for _line, text in sorted(self._found)])

    def _line(self, path: Path) -> int:
        """The line of the key, or of the innermost table around it that has one; 0 for none."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return 0


def load(text: str) -> tuple[dict[str, Any], Problems]:
    """Parse a text; raise ProfileRefused if it is no TOML or more than a profile can be."""
    if len(text.encode(errors="replace")) > MOST_BYTES:
        limit = MOST_BYTES >> 10
        raise ProfileRefused([_("The profile is larger than %d KiB.") % limit])
    _bounded(text)
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProfileRefused([_("This is not TOML: %s.") % str(error).rstrip(".")]) from error
    if sum(1 for _entry in _entries(data)) > MOST_ENTRIES:
        raise ProfileRefused([_("The profile has more than %d entries.") % MOST_ENTRIES])
    return data, Problems(text)


def suggestion(name: str, known: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    """Return " Did you mean …?" for a name that is nearly a known one, else ""."""
    close = get_close_matches(name, list(known), n=1)
    return " " + _("Did you mean %s?") % close[0] if close else ""


def quoted(value: object) -> str:
    """Show the beginning of a value in a message."""
    text = str(value)
    return repr(text if len(text) <= 60 else text[:60] + "…")


def _bounded(text: str) -> None:
    """Refuse what would keep the parser busy, before it sees it."""
    bare = _TEXTS.sub(lambda found: "\n" * found[0].count("\n"), text)
    depth = 0
    for number, line in enumerate(bare.split("\n"), 1):
        for bracket in re.findall(r"[\[\]{}]", line):
            depth += 1 if bracket in "[{" else -1
            if depth > MOST_DEPTH:
                message = _("Line %(line)d: brackets are nested more than %(limit)d deep.")
                raise ProfileRefused([message % {"line": number, "limit": MOST_DEPTH}])
        if line.count(".") > MOST_DOTS:
            message = _("Line %(line)d: more than %(limit)d dots outside of texts.")
            raise ProfileRefused([message % {"line": number, "limit": MOST_DOTS}])


def _entries(value: Any) -> Iterator[Any]:
    """Give every value at every depth."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _lines(text: str) -> Iterator[tuple[Path, int]]:
    """Give the path of each key and table with its line."""
    seen = _LONG_TEXTS.sub(lambda found: '""' + "\n" * found[0].count("\n"), text)
    table: Path = ()
    arrays: dict[Path, int] = {}
    for number, line in enumerate(seen.split("\n"), 1):
        if header := _HEADER.match(line):
            table = _table(_parts(header[2]), arrays, is_array=header[1] == "[[")
            yield table, number
        elif setting := _SETTING.match(line):
            path = table
            for part in _parts(setting[1]):
                path = (*path, part)
                yield path, number


def _table(parts: list[str], arrays: dict[Path, int], *, is_array: bool) -> Path:
    path: Path = ()
    for place, part in enumerate(parts, 1):
        path = (*path, part)
        if is_array and place == len(parts):
            arrays[path] = arrays.get(path, -1) + 1
        if path in arrays:
            path = (*path, arrays[path])
    return path


def _parts(keys: str) -> list[str]:
    return [part[1:-1] if part[0] in "\"'" else part for part in _KEY.findall(keys)]


def _named(path: Path) -> str:
    """Write a path as people do: "fact[2].quantity"."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")
