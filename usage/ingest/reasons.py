"""Why a row was not accepted: the codes that checks give, and the texts that people read.

A code names the reason and, after a colon, the field in question.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

SHOWN = 60
"""Characters of a value that a message quotes."""
_APART = "\x1f"

_TEXTS = {
    "skipped": _("The profile says to pass over such rows."),
    "columns": _("The row does not have as many columns as the header."),
    "quotes": _("The quotes of the row do not match."),
    "json": _("The row is not a JSON object."),
    "twice": _("A field stands twice in the row."),
    "text": _("%(field)s must be text."),
    "empty": _("%(field)s is empty."),
    "long": _("%(field)s is too long."),
    "control": _("%(field)s has control characters, or blanks at its ends."),
    "instant": _(
        "%(field)s %(value)s is not an instant with a zone, such as 2026-10-31T23:59:59Z."
    ),
    "day": _("%(field)s %(value)s is not a day, such as 20261031 or 2026-10-31."),
    "past": _("%(field)s %(value)s lies before 1970."),
    "future": _("%(field)s %(value)s lies in the future."),
    # Stored now, the figures of the whole day would be a conflict tomorrow.
    "unfinished": _("The day %(value)s has not ended in UTC; send it when it has."),
    "number": _(
        "%(field)s %(value)s is not a whole number from 0 to 9223372036854775807,"
        " written without sign and leading zeros."
    ),
    "several": _("%(field)s %(value)s: an update of a device is one. Send a row for each of them."),
    "unknown": _("There is no %(field)s %(value)s."),
    "meterless": _("There is no meter %(field)s."),
    "unborn": _("%(field)s %(value)s did not exist yet at that time."),
    "owner": _("%(field)s %(value)s did not belong to this account at that time."),
    "unplaced": _("Nobody is billed for %(field)s %(value)s in that month: it has no placement."),
    "coverage": _("%(field)s %(value)s is not a coverage: write japan or global."),
    "other": _("%(field)s %(value)s is not the coverage of the device."),
    "uncovered": _(
        "The row has no device and its account not exactly one coverage: fill in the column"
        " coverage with japan or global."
    ),
    "country": _(
        "%(field)s %(value)s is a global device and the file does not name the country:"
        " give --country."
    ),
    # What feed profiles ask of a row (docs/feeds.md).
    "moment": _("%(field)s %(value)s is not written as %(name)s."),
    "gap": _(
        "%(field)s %(value)s does not exist in %(name)s: the clocks were put forward over it."
    ),
    "overlap": _("%(field)s %(value)s came twice in %(name)s: the clocks were put back."),
    "amount": _("%(field)s %(value)s is not a number as the profile describes it."),
    "negative": _("%(field)s %(value)s is negative."),
    "backwards": _("%(field)s %(value)s lies before the beginning."),
    "fraction": _("%(field)s %(value)s does not come out as a whole number of the smallest unit."),
    "great": _("%(field)s %(value)s is greater than 9223372036854775807 of the smallest unit."),
    "unmapped": _("%(field)s %(value)s is not in the map of [values.%(name)s]."),
    "factless": _("The row is none of the facts of the profile."),
    "accountless": _("There is no account %(field)s."),
    "deviceless": _("There is no device with the %(name)s %(field)s."),
    "conflict": _("Another fact was stored under this event id; it differs in: %(value)s."),
    "late": _("The month was closed; the fact is kept, and corrects that month on the next bill."),
}


def texts() -> list[str]:
    """Return all texts, with the places of field and value as in `%(field)s`."""
    return [str(text) for text in _TEXTS.values()]


def code(reason: str, field: str = "", name: str = "") -> str:
    """Return the code of a reason, which must have a text. `name` is whatever else it names."""
    if reason not in _TEXTS:
        raise KeyError(reason)
    return f"{reason}:{field}{tail(name)}" if field or name else reason


def tail(name: str) -> str:
    """The end of a code that names something besides its field."""
    return f"{_APART}{name}" if name else ""


def text_of(reason_code: str, row: Mapping[str, object]) -> str:
    """Put a code into words. `row` gives the value of the field that the code names."""
    reason, _colon, named = reason_code.partition(":")
    field, _apart, name = named.partition(_APART)
    said = {"field": _seen(field), "value": _quoted(row.get(field)), "name": _seen(name)}
    return str(_TEXTS[reason]) % said


def conflict_text(columns: str) -> str:
    """Say in which columns a conflicting row differs from the fact that is stored."""
    return str(_TEXTS["conflict"]) % {"value": columns}


def late_text() -> str:
    return str(_TEXTS["late"])


def _quoted(value: object) -> str:
    return f"“{_seen('' if value is None else str(value))}”"


def _seen(text: str) -> str:
    """Show the beginning of a text; nothing in it can move a terminal's cursor."""
    seen = "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode()
        for sign in text[:SHOWN]
    )
    return f"{seen}…" if len(text) > SHOWN else seen
