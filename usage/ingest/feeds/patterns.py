"""How instants are written: a pattern such as "%d.%m.%Y %H:%M:%S" as a regular expression.

Nothing of a pattern is a regular expression itself, and what is made of it runs in linear time.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONG_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
EPOCHS = {
    "epoch": r"^(?P<seconds>[0-9]{1,11})(?:\.(?P<fraction>[0-9]{1,9}))?$",
    "epoch-ms": r"^(?P<millis>[0-9]{1,14})$",
}
RFC_3339 = "rfc3339"

_TWO = {
    "m": ("month", "0[1-9]|1[0-2]"),
    "d": ("day", "0[1-9]|[12][0-9]|3[01]"),
    "H": ("hour", "[01][0-9]|2[0-3]"),
    "I": ("half", "0[1-9]|1[0-2]"),
    "M": ("minute", "[0-5][0-9]"),
    "S": ("second", "[0-5][0-9]"),
}
_SHORT = {
    "m": ("month", "0?[1-9]|1[0-2]"),
    "d": ("day", "0?[1-9]|[12][0-9]|3[01]"),
    "H": ("hour", "[01]?[0-9]|2[0-3]"),
    "I": ("half", "0?[1-9]|1[0-2]"),
    "M": ("minute", "[0-5]?[0-9]"),
    "S": ("second", "[0-5]?[0-9]"),
}
_OTHERS = {
    "Y": ("year", "[0-9]{4}"),
    "y": ("short_year", "[0-9]{2}"),
    "j": ("ordinal", "00[1-9]|0[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6]"),
    "f": ("fraction", "[0-9]{1,9}"),
    "b": ("month_name", "(?i:" + "|".join(MONTHS) + ")"),
    "B": ("month_name", "(?i:" + "|".join(LONG_MONTHS) + ")"),
    "p": ("noon", "(?i:am|pm)"),
    "a": ("word", r"[^\s0-9]{1,20}"),
    "z": ("offset", "Z|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?"),
}
DIRECTIVES = (
    "%Y",
    "%y",
    "%m",
    "%d",
    "%j",
    "%b",
    "%B",
    "%H",
    "%I",
    "%p",
    "%M",
    "%S",
    "%f",
    "%z",
    "%a",
)
_PIECES = re.compile(r"%(-?)(.)|([^%]+)|(%)", re.DOTALL)


class BadPattern(ValueError):
    """A pattern cannot be read, or leaves open which instant is meant."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which an instant may be written. `groups` are the parts that `regex` names."""

    pattern: str
    regex: str
    groups: frozenset[str]

    @property
    def has_zone(self) -> bool:
        return bool(self.groups & {"offset", "seconds", "millis"})

    @property
    def has_time(self) -> bool:
        return bool(self.groups & {"hour", "half", "seconds", "millis"})


def reading(pattern: str) -> Reading:
    """Read a format of a profile; raise BadPattern if it does not say which instant is meant."""
    if pattern == RFC_3339:
        return _compiled(pattern, "%Y-%m-%dT%H:%M:%S.%f%z", optional_fraction=True)
    if pattern in EPOCHS:
        regex = EPOCHS[pattern]
        return Reading(pattern, regex, frozenset(re.compile(regex).groupindex))
    found = _compiled(pattern, pattern)
    _complete(found)
    return found


def _compiled(name: str, pattern: str, *, optional_fraction: bool = False) -> Reading:
    regex, groups, open_ended = "", [], False
    for short, sign, literal, stray in _PIECES.findall(pattern):
        if stray or (sign and not _known(short, sign)):
            known = ", ".join(DIRECTIVES)
            said = {"what": f"%{short}{sign}", "known": known}
            raise BadPattern(_("%(what)s is not known. There are: %(known)s.") % said)
        if literal or sign == "%":
            text = literal or "%"
            if open_ended and text[0].isdigit():
                raise BadPattern(_ambiguous())
            regex, open_ended = regex + re.escape(text), False
            continue
        group, form = _form(short, sign)
        if group in groups:
            raise BadPattern(_("It names a part twice: %s.") % f"%{sign}")
        if open_ended and group not in {"noon", "offset", "month_name"}:
            raise BadPattern(_ambiguous())
        part = f"(?P<{group}>{form})"
        if optional_fraction and group == "fraction":
            regex, part = regex.removesuffix(r"\."), rf"(?:\.{part})?"
        regex += part
        groups.append(group)
        open_ended = bool(short) or group == "fraction"
    return Reading(name, f"^{regex}$", frozenset(groups))


def _known(short: str, sign: str) -> bool:
    return sign in (_SHORT if short else {**_TWO, **_OTHERS, "%": ""})


def _form(short: str, sign: str) -> tuple[str, str]:
    if short:
        return _SHORT[sign]
    return _TWO[sign] if sign in _TWO else _OTHERS[sign]


def _ambiguous() -> str:
    return _("Behind %-d, %-H and the like, and behind %f, there must be a sign that is no digit.")


def _complete(found: Reading) -> None:
    """A day must be whole, and so must be a time."""
    groups = found.groups
    if not groups & {"year", "short_year"}:
        raise BadPattern(_("It has no year: write %Y."))
    if "ordinal" not in groups and not ({"day"} <= groups and groups & {"month", "month_name"}):
        raise BadPattern(_("It has no day: write %m and %d, or %j."))
    if {"year", "short_year"} <= groups or {"month", "month_name"} <= groups:
        raise BadPattern(_("It says year or month in two ways."))
    if "ordinal" in groups and groups & {"day", "month", "month_name"}:
        raise BadPattern(_("It says the day in two ways."))
    if ("half" in groups) != ("noon" in groups) or {"hour", "half"} <= groups:
        raise BadPattern(_("Write %H for 24 hours, or %I and %p for 12."))
    _no_gap(groups)


def _no_gap(groups: frozenset[str]) -> None:
    """Minutes need hours, seconds minutes, fractions seconds."""
    hours = groups & {"hour", "half"}
    steps = [bool(hours), "minute" in groups, "second" in groups, "fraction" in groups]
    if any(later and not earlier for earlier, later in pairwise(steps)):
        raise BadPattern(_("It has a part of the time, but not the greater one."))
