"""Cells to values. What cannot be read raises RowRefused, saying what to write instead."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from django.utils.translation import gettext as _

from usage.models import DeviceOption
from usage.services.devices import cells

# The services lock the month before and go on to the month after.
FIRST_YEAR, LAST_YEAR = 1971, 9997
SHOWN = 60
_DAY = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_AS_A_NUMBER = re.compile(r"[0-9][.,][0-9]*E\+[0-9]+", re.IGNORECASE)
_WORDS = re.compile(r"[\s,;]+")
LONGEST_ID = 128

Found = TypeVar("Found")


class RowRefused(ValueError):
    """A row that cannot be read. The message names the column and what to write."""


def quoted(text: str) -> str:
    """The beginning of a value, for a message; nothing in it can move a terminal's cursor."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text[:SHOWN])
    return f"“{seen}…”" if len(text) > SHOWN else f"“{seen}”"


def plain(column: str, cell: str) -> str | None:
    """A word that cannot be cleared; None leaves as is."""
    text = cell.strip()
    if text == cells.CLEAR:
        raise RowRefused(_("%s cannot be cleared.") % column)
    return text or None


def one_of(column: str, cell: str, choices: Collection[str], *, clears: bool = False) -> str | None:
    """One of some words; "" if it can be cleared and is."""
    if clears and cell.strip() == cells.CLEAR:
        return ""
    text = plain(column, cell)
    if text is not None and text not in choices:
        raise RowRefused(
            _("%(column)s %(value)s: write one of %(choices)s.")
            % {"column": column, "value": quoted(text), "choices": ", ".join(choices)}
        )
    return text


def named(column: str, cell: str, known: Mapping[str, Found]) -> Found | None:
    """Something that exists, by its key."""
    text = plain(column, cell)
    if text is None:
        return None
    text = cells.unguarded(text)
    if text not in known:
        raise RowRefused(
            _("There is no %(column)s %(value)s.") % {"column": column, "value": quoted(text)}
        )
    return known[text]


def number(column: str, cell: str) -> str:
    """An id or another number of a device: one word of at most 128 characters."""
    text = cells.unguarded(cell.strip())
    if _AS_A_NUMBER.fullmatch(text):
        raise RowRefused(
            _(
                "%(column)s %(value)s was rounded by a spreadsheet. Fill it in again, in a column"
                " formatted as text."
            )
            % {"column": column, "value": quoted(text)}
        )
    if not text or len(text) > LONGEST_ID or not text.isprintable():
        raise RowRefused(
            _("%(column)s %(value)s: write 1 to %(longest)d characters.")
            % {"column": column, "value": quoted(text), "longest": LONGEST_ID}
        )
    return text


def numbers(column: str, cell: str) -> tuple[str, ...] | None:
    """All identifiers of a kind, parted by blanks, commas or semicolons."""
    text = cell.strip()
    if not text:
        return None
    if text == cells.CLEAR:
        return ()
    words = [word for word in _WORDS.split(text) if word]
    return tuple(dict.fromkeys(number(column, word) for word in words))


def words(column: str, cell: str) -> frozenset[str] | None:
    """The options that are switched on, parted by blanks, commas or semicolons."""
    text = cell.strip()
    if not text:
        return None
    if text == cells.CLEAR:
        return frozenset()
    longest = DeviceOption._meta.get_field("option").max_length or 0
    found = frozenset(word for word in _WORDS.split(text) if word)
    if long := [word for word in found if len(word) > longest]:
        raise RowRefused(
            _("%(column)s %(value)s is longer than %(longest)d characters.")
            % {"column": column, "value": quoted(long[0]), "longest": longest}
        )
    return found


def instant(column: str, cell: str) -> datetime | None:
    """An instant with a zone, or a day, which begins at 00:00 UTC."""
    text = plain(column, cell)
    if text is None:
        return None
    found = _day(text) or _instant(text)
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise RowRefused(
            _("%(column)s %(value)s: write a day such as 2026-10-31, or 2026-10-31T23:59:59Z.")
            % {"column": column, "value": quoted(text)}
        )
    return found


def _day(text: str) -> datetime | None:
    day = _DAY.fullmatch(text)
    if day is None:
        return None
    try:
        return datetime(int(day[1]), int(day[3]), int(day[4]), tzinfo=UTC)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.utcoffset() is not None else None
    except (ValueError, OverflowError):
        return None


def text(cell: str) -> str | None:
    """A name, a group or a tag: "" clears it, None leaves it as it is."""
    if not cell.strip():
        return None
    found = cells.read(cell)
    return "" if found is None else found


def tags(cell: str) -> tuple[Mapping[str, str], bool]:
    """All tags of a device as `name=value; name=value`, and whether the cell says anything."""
    if not cell.strip():
        return {}, False
    found: dict[str, str] = {}
    for part in re.split(r"[;\n]", cells.read(cell) or ""):
        if not part.strip():
            continue
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name or name in found:
            raise RowRefused(
                _("tags %s: write each tag once, as name=value; name=value.") % quoted(part)
            )
        found[name] = value
    return found, True
