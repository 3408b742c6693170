"""Reads the cells of one raw row, each with its own complaint."""

import re
from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from billing_portal.common.money import NotExact, exact
from billing_portal.common.periods import FIRST_YEAR, BadMonth, Month
from invoices.services.catalog.files import Columns, RawRow
from invoices.services.catalog.problems import Problems

BIGGEST = 2**63 - 1
NO_DAY = date.min
NO_MONTH = Month(FIRST_YEAR, 1)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DAY = re.compile(r"(19[7-9]|[2-9][0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class Cells:
    """One row under examination. A bad cell is noted, and something harmless returned for it."""

    def __init__(self, raw: RawRow, problems: Problems) -> None:
        self.raw = raw
        self.problems = problems
        self.is_faulty = False

    def bad(self, name: str, text: str) -> None:
        self.is_faulty = True
        self.problems.at(self.raw.origin, name, text)

    def only(self, columns: Columns) -> None:
        """Refuse keys that nobody reads: a misspelt one would be passed over in silence."""
        for name in sorted(set(self.raw.cells) - set(columns.all)):
            known = ", ".join(columns.all)
            self.bad(name, _("Unknown key. Known here are: %(known)s.") % {"known": known})

    def text(self, name: str, *, limit: int, required: bool = False) -> str:
        found: object = self.raw.cells.get(name, "")
        if not isinstance(found, str):
            self.bad(name, _("Write it as text, in quotes."))
            return ""
        value = found.strip()
        if required and not value:
            self.bad(name, _("It is empty. Fill it in."))
        if len(value) > limit:
            self.bad(name, _("Longer than %(limit)d characters. Shorten it.") % {"limit": limit})
        if not value.isprintable():
            self.bad(name, _("It holds a character that cannot be printed. Remove it."))
        return value

    def code(self, name: str, *, required: bool = True, limit: int = 64) -> str:
        value = self.text(name, limit=limit, required=required)
        if value and not _CODE.fullmatch(value):
            self.bad(name, _("Use letters, digits, dot, hyphen and underscore only."))
        return value

    def choice(self, name: str, choices: type[TextChoices], default: str | None = None) -> str:
        value = self.text(name, limit=64)
        if not value and default is not None:
            return str(default)
        if value not in choices.values:
            self.bad(
                name,
                _("“%(value)s” is not known. Write one of: %(known)s.")
                % {"value": value, "known": ", ".join(choices.values)},
            )
        return value

    def words(self, name: str) -> list[str]:
        value = self.raw.cells.get(name, [])
        if not isinstance(value, list) or not value or not _all_text(value):
            self.bad(name, _('Write a list of texts, such as ["a", "b"].'))
            return []
        if len(set(value)) < len(value):
            self.bad(name, _("One of them is there twice. Remove it."))
        return sorted(value)

    def flag(self, name: str) -> bool:
        value = self.raw.cells.get(name, False)
        if not isinstance(value, bool):
            self.bad(name, _("Write true or false, without quotes."))
            return False
        return value

    def word_of_truth(self, name: str, *, default: bool) -> bool:
        """Read `true` or `false` as CSV has it, which knows texts only."""
        value = self.raw.cells.get(name, "")
        if isinstance(value, bool):
            return value
        known = {"": default, "true": True, "false": False}
        if value not in known:
            self.bad(name, _("Write true or false."))
        return known.get(value, default)

    def whole(self, name: str, *, default: int | None = None, most: int = BIGGEST) -> int:
        """Read a whole number from 1 on."""
        value = self.raw.cells.get(name, "")
        if value == "" and default is not None:
            return default
        number = _whole(value)
        if not 1 <= number <= BIGGEST:
            self.bad(name, _("Write a whole number from 1 on, in digits only."))
            return 1
        return self.at_most(name, number, most=most)

    def at_most(self, name: str, number: int, *, most: int) -> int:
        """The number; note if it is greater than what can be counted together."""
        if number <= most:
            return number
        text = _("%(number)s is too great. At most %(most)s can be charged together.")
        self.bad(name, text % {"number": f"{number:,}", "most": f"{most:,}"})
        return 1

    def day(self, name: str) -> date:
        value = self.text(name, limit=10)
        try:
            if _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.bad(
            name,
            _("“%(value)s” is not a day. Write it as YYYY-MM-DD.") % {"value": value},
        )
        return NO_DAY

    def month(self, name: str) -> Month:
        value = self.text(name, limit=10, required=True)
        try:
            return Month.parse(value)
        except BadMonth:
            self.bad(name, _("Write the month as YYYY-MM, such as 2026-10."))
        return NO_MONTH

    def clock(self, name: str) -> time:
        value = self.text(name, limit=5)
        if not _CLOCK.fullmatch(value):
            self.bad(name, _("Write the time as HH:MM, from 00:00 to 23:59."))
            return time.min
        return time.fromisoformat(value)

    def positive(self, name: str) -> Decimal:
        """Read a decimal above 0."""
        before = len(self.problems)
        number = self.number(name)
        if number <= 0 and len(self.problems) == before:
            self.bad(name, _("Write a number above 0."))
        return number

    def amount(self, name: str) -> Decimal:
        """Read a decimal from 0 on, with at most 24 places and 14 digits before the point."""
        number = self.number(name)
        if number < 0:
            self.bad(name, _("It is below 0. A discount is an item with a rule of its own."))
        return number

    def number(self, name: str) -> Decimal:
        value = self.text(name, limit=64, required=True)
        try:
            return exact(value) if value else Decimal(0)
        except NotExact as error:
            self.bad(name, str(error))
            return Decimal(0)


def _all_text(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) and value for value in values)


def _whole(value: object) -> int:
    if isinstance(value, bool):
        return 0
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value):
        return int(value)
    return 0
