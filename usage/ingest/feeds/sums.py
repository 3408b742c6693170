"""The key `quantity` of a fact: how much it is."""

import re

from django.utils.translation import gettext as _

from usage.ingest.feeds.profile import Quantity
from usage.ingest.feeds.quantities import EXACT, GREATEST, ROUNDINGS
from usage.ingest.feeds.table import Table

_FACTOR = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,12}))?", re.ASCII)


def quantity(fact: Table) -> Quantity:
    """Read a number, the same for each row; or a table of columns and a factor."""
    given = fact.raw("quantity")
    if type(given) is int:
        return _of(constant=fact.whole("quantity", 0, least=0, most=GREATEST))
    if not isinstance(given, dict):
        text = _("Write a whole number, or a table such as {column = …}.")
        fact.wrong(_("This key is missing.") if given is None else text, "quantity")
        return _of(constant=0)
    table = fact.table("quantity")
    columns, start, end = (table.texts(key) for key in ("column", "from", "to"))
    if bool(columns) == bool(start or end) or bool(start) != bool(end):
        table.wrong(_("Write either column, or from and to."))
        return _of(constant=0)
    return _read(table, columns, start, end)


def _read(
    table: Table, columns: tuple[str, ...], start: tuple[str, ...], end: tuple[str, ...]
) -> Quantity:
    numerator, places = _factor(table)
    decimal = table.text("decimal", ".", choices=(".", ","))
    thousands = table.text("thousands", longest=1)
    if thousands and (thousands == decimal or thousands.isalnum()):
        table.wrong(_("Write one sign that is no digit and not the decimal mark."), "thousands")
    if start and any(key in table for key in ("decimal", "thousands", "empty")):
        table.wrong(_("decimal, thousands and empty are of numbers: from and to have none."))
    return _of(
        columns=columns,
        start=start,
        end=end,
        numerator=numerator,
        places=places,
        rounding=table.text("round", EXACT, choices=ROUNDINGS),
        decimal=decimal,
        thousands=thousands,
        empty=table.whole("empty", 0, least=0, most=GREATEST) if "empty" in table else None,
    )


def _factor(table: Table) -> tuple[int, int]:
    """Return digits and decimals of the factor."""
    given = table.raw("factor")
    if given is None:
        return 1, 0
    if isinstance(given, float):
        table.wrong(_('Write a factor with decimals in quotes, such as "0.001".'), "factor")
        return 1, 0
    found = _FACTOR.fullmatch(given if isinstance(given, str) else str(given))
    if found is None or isinstance(given, bool) or not int("".join(found.groups(default=""))):
        text = _("Write a number above 0, up to 18 digits and 12 decimals.")
        table.wrong(text, "factor")
        return 1, 0
    whole, decimals = found.groups(default="")
    return int(whole + decimals), len(decimals)


def _of(
    *,
    constant: int | None = None,
    columns: tuple[str, ...] = (),
    start: tuple[str, ...] = (),
    end: tuple[str, ...] = (),
    numerator: int = 1,
    places: int = 0,
    rounding: str = EXACT,
    decimal: str = ".",
    thousands: str = "",
    empty: int | None = None,
) -> Quantity:
    return Quantity(
        constant=constant,
        columns=columns,
        start=start,
        end=end,
        numerator=numerator,
        places=places,
        rounding=rounding,
        decimal=decimal,
        thousands=thousands,
        empty=empty,
    )
