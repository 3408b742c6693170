"""The keys that each quantity rule has in a file of items, and how they are read.

What rating calls `unit` and `units` of the rule `rounded_up` is written `billing_unit` and
`billing_units` here: an item has a unit of its own.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing_portal.common.money import NotExact, divide, exact, plain
from invoices.choices import QuantityRule
from invoices.rating.inputs import INPUTS, Inputs
from invoices.rating.tariff import GREATEST_UNIT
from invoices.services.catalog.cells import BIGGEST, Cells
from usage.choices import Status

FREE_OF_CHARGE = {Status.NONE, Status.TERMINATED}
OTHERWISE_NAMED = {"unit": "billing_unit", "units": "billing_units"}
DISCOUNTS = frozenset(
    {
        QuantityRule.FREE_TIER,
        QuantityRule.VOLUME_DISCOUNT,
        QuantityRule.LONG_TERM_DISCOUNT,
        QuantityRule.COUPON,
    }
)
"""Rules whose lines are negative."""
PRICELESS = DISCOUNTS | {QuantityRule.ROUNDED_UP}
"""Rules whose lines have the prices of other lines, or prices in their own inputs."""
VARIED = frozenset(
    {
        QuantityRule.SUM,
        QuantityRule.ABOVE_ALLOWANCE,
        QuantityRule.PACKS,
        QuantityRule.ANY_IN_MONTH,
        QuantityRule.PEAK_ACTIVE,
        QuantityRule.DISTINCT_ACTIVE,
        QuantityRule.ROUNDED_UP,
    }
)
"""Rules whose lines have variants."""
_BORDER = {"above", "less", "per", "variant"}


class Scope(TextChoices):
    """Who shares an allowance, or bears a charge together."""

    ACCOUNT = "account", gettext_lazy("Account")
    DEVICE = "device", gettext_lazy("Device")


class Period(TextChoices):
    DAY = "day", gettext_lazy("Day")
    MONTH = "month", gettext_lazy("Month")


class Which(TextChoices):
    """The first month of an option, or all later ones."""

    FIRST = "first", gettext_lazy("First")
    LATER = "later", gettext_lazy("Later")


class By(TextChoices):
    VARIANT = "variant", gettext_lazy("Variant")


RULES: Mapping[str, Inputs] = {
    rule: inputs.named(OTHERWISE_NAMED) for rule, inputs in INPUTS.items()
} | {
    # A variant without a unit of its own has that of the item, so a catalogue always says one.
    QuantityRule.ROUNDED_UP: Inputs(("items", "billing_unit"), ("billing_units",)),
}


def inputs_of(cells: Cells, rule: str) -> dict[str, Any]:
    """Read what a rule has for inputs, by the names that rating knows."""
    keys = RULES[rule]
    given = [key for key in keys.all if key in cells.raw.cells]
    if keys.one_of and len(set(given) & set(keys.one_of)) != 1:
        text = _("Write one of these keys: %(keys)s.") % {"keys": ", ".join(keys.one_of)}
        cells.bad(keys.one_of[0], text)
    if {"plans", "except_plans"} <= set(given):
        cells.bad("except_plans", _("Write “plans” or “except_plans”, not both."))
    if "month" in given and "option" not in given:
        cells.bad("month", _("Only an option has a first month."))
    if rule == QuantityRule.FREE_TIER and not {"allowance", "allowances"} & set(given):
        cells.bad("allowance", _("Write “allowance”, or “allowances” by plan, or both."))
    if "allowances" in given and cells.raw.cells.get("scope") != Scope.DEVICE:
        cells.bad("scope", _("Only devices have plans. With “allowances”, write “device”."))
    wanted = [key for key in keys.all if key in given or key in keys.needed]
    names = {column: name for name, column in OTHERWISE_NAMED.items()}
    return {names.get(key, key): READERS[key](cells, key) for key in wanted}


def columns_of(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of an item as the keys that a file has for them."""
    return {OTHERWISE_NAMED.get(name, name): value for name, value in inputs.items()}


def _statuses(cells: Cells, key: str) -> list[str]:
    """Statuses that can bear a charge."""
    return _some_of(cells, key, [s for s in Status.values if s not in FREE_OF_CHARGE])


def _left(cells: Cells, key: str) -> list[str]:
    """Statuses that a device can leave: a new one leaves `none`."""
    return _some_of(cells, key, Status.values)


def _some_of(cells: Cells, key: str, allowed: list[str]) -> list[str]:
    statuses = cells.words(key)
    for status in statuses:
        if status not in allowed:
            text = _("“%(value)s” is no status that can bear a charge. Write some of: %(known)s.")
            cells.bad(key, text % {"value": status, "known": ", ".join(allowed)})
    return statuses


def _by_variant(cells: Cells, key: str) -> dict[str, int]:
    text = _('Write whole numbers by variant, such as { "us-plan01s" = 102400 }.')
    found = _counts(cells, key, text)
    for unit in found.values():
        cells.at_most(key, unit, most=GREATEST_UNIT)
    return found


def _by_plan(cells: Cells, key: str) -> dict[str, int]:
    text = _('Write whole numbers by plan, such as { "plan-KM1" = 1048576 }.')
    return _counts(cells, key, text)


def _counts(cells: Cells, key: str, text: str) -> dict[str, int]:
    value = cells.raw.cells.get(key)
    if not isinstance(value, dict) or not value or not all(map(_is_count, value.values())):
        cells.bad(key, text)
        return {}
    return dict(sorted(value.items()))


def _borders(cells: Cells, key: str) -> list[dict[str, Any]]:
    rows = cells.raw.cells.get(key)
    if not isinstance(rows, list) or not rows:
        cells.bad(key, _('Write a list such as [{ above = 100, less = "0.01" }].'))
        return []
    borders = [_border(cells, key, row) for row in rows]
    places = [(border.get("variant", ""), border.get("above")) for border in borders]
    if len(set(places)) < len(places):
        cells.bad(key, _("One of them is there twice. Remove it."))
    return borders


def _border(cells: Cells, key: str, row: Any) -> dict[str, Any]:
    """`above` so many units each costs `less`, which is a difference in price for `per` units."""
    if not isinstance(row, dict) or not {"above", "less"} <= row.keys() <= _BORDER:
        cells.bad(key, _("Each has above and less, perhaps per and variant, and nothing else."))
        return {}
    if not _is_count(row.get("per", 1)) or not (row["above"] == 0 or _is_count(row["above"])):
        cells.bad(key, _("Write a whole number from 1 on, in digits only."))
        return {}
    cells.at_most(key, row.get("per", 1), most=GREATEST_UNIT)
    try:
        less = exact(row["less"] if isinstance(row["less"], str) else "")
        divide(less, exact(row.get("per", 1)))
    except NotExact as error:
        cells.bad(key, str(error))
        return {}
    if less < 0:
        cells.bad(key, _("It is below 0. A discount is an item with a rule of its own."))
    return {**row, "less": plain(less)}


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= BIGGEST


READERS: Mapping[str, Callable[[Cells, str], Any]] = {
    **dict.fromkeys(("meters", "items", "plans", "except_plans", "ready_plans"), Cells.words),
    **dict.fromkeys(("statuses", "to"), _statuses),
    "from": _left,
    "option": Cells.code,
    "contract": Cells.code,
    "allowance": Cells.whole,
    "allowances": _by_plan,
    "billing_unit": lambda cells, key: cells.whole(key, most=GREATEST_UNIT),
    "billing_units": _by_variant,
    "scope": lambda cells, key: cells.choice(key, Scope),
    "per": lambda cells, key: cells.choice(key, Scope),
    "period": lambda cells, key: cells.choice(key, Period),
    "month": lambda cells, key: cells.choice(key, Which),
    "by": lambda cells, key: cells.choice(key, By),
    "borders": _borders,
}
