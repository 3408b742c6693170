"""Why a row was not accepted: the codes that checks give, and the texts that people read.

A code names the reason and, after a colon, the field in question.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

SHOWN = 60
"""Characters of a value that a message quotes."""

_TEXTS = {
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
    "conflict": _("Another fact was stored under this event id; it differs in: %(value)s."),
    "late": _("The month was closed; the fact is kept and marked late."),
}


def texts() -> list[str]:
    """Return all texts, with the places of field and value as in `%(field)s`."""
    return [str(text) for text in _TEXTS.values()]


def code(reason: str, field: str = "") -> str:
    """Return the code of a reason, which must have a text."""
    if reason not in _TEXTS:
        raise KeyError(reason)
    return f"{reason}:{field}" if field else reason


def text_of(reason_code: str, row: Mapping[str, object]) -> str:
    """Put a code into words. `row` gives the value of the field that the code names."""
    reason, _colon, field = reason_code.partition(":")
    return str(_TEXTS[reason]) % {"field": field, "value": _quoted(row.get(field))}


def conflict_text(columns: str) -> str:
    """Say in which columns a conflicting row differs from the fact that is stored."""
    return str(_TEXTS["conflict"]) % {"value": columns}


def late_text() -> str:
    return str(_TEXTS["late"])


def _quoted(value: object) -> str:
    """Quote the beginning of a value; nothing in it can move a terminal's cursor."""
    text = "" if value is None else str(value)
    seen = "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode()
        for sign in text[:SHOWN]
    )
    return f"“{seen}…”" if len(text) > SHOWN else f"“{seen}”"
