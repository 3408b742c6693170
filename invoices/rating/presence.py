"""What a shard has at all: most items of a catalogue need nothing of it to be looked through.

Each says of an item whether its rule could count anything. "Yes" may be wrong, "no" never is.
"""

from invoices.rating.facts import Facts
from invoices.rating.tariff import Item
from usage.metering.vocabulary import Status


def used(item: Item, facts: Facts) -> bool:
    """Told of a rule that counts `meters`."""
    return not facts.meters.isdisjoint(item.inputs["meters"])


def switched_on(item: Item, facts: Facts) -> bool:
    """Told of a rule that counts an `option`, also one for each of several connections."""
    option = item.inputs["option"]
    names = (name == option or name.startswith(f"{option}:") for name in facts.options)
    return _has_kind(item, facts) and any(names)


def in_status(item: Item, facts: Facts) -> bool:
    """Told of a rule that counts `statuses`."""
    return _has_kind(item, facts) and not facts.statuses.isdisjoint(item.inputs["statuses"])


def remaining(item: Item, facts: Facts) -> bool:
    """Told of a rule that counts years in `statuses`, on some plans in ready too."""
    is_ready = "ready_plans" in item.inputs and Status.READY in facts.statuses
    return in_status(item, facts) or (is_ready and _has_kind(item, facts))


def entered(item: Item, facts: Facts) -> bool:
    """Told of a rule that counts when a device goes `to` some statuses."""
    return _has_kind(item, facts) and not facts.statuses.isdisjoint(item.inputs["to"])


def created(item: Item, facts: Facts) -> bool:
    """Told of a rule that counts new devices."""
    return _has_kind(item, facts)


def contracted(item: Item, facts: Facts) -> bool:
    """Told of a rule that counts contracts of the item."""
    return item.code in facts.frames.contracts["code"]


def used_or_switched_on(item: Item, facts: Facts) -> bool:
    """Told of a rule that counts either."""
    return used(item, facts) if "meters" in item.inputs else switched_on(item, facts)


def switched_on_or_in_status(item: Item, facts: Facts) -> bool:
    """Told of a rule that counts either."""
    return switched_on(item, facts) if "option" in item.inputs else in_status(item, facts)


def _has_kind(item: Item, facts: Facts) -> bool:
    return not item.device_kind or item.device_kind in facts.kinds
