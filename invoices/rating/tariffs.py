"""A kept tariff with what the catalogue has beyond it, where that changes nothing it charged."""

from dataclasses import replace

from invoices.rating.precedence import counts
from invoices.rating.tariff import Item, Price, Tariff


def completed(kept: Tariff, now: Tariff) -> Tariff:
    """The kept tariff, with items for meters that it did not know and prices where it had none."""
    known = {meter for item in kept.items for meter in _meters(item)}
    codes = {item.code for item in kept.items}
    items = [
        item
        for item in now.items
        if item.code not in codes and _meters(item) and not _meters(item) & known
    ]
    codes |= {item.code for item in items}
    prices = [price for price in now.prices if price.code in codes and _is_new(price, kept)]
    return replace(kept, items=(*kept.items, *items), prices=(*kept.prices, *prices))


def _meters(item: Item) -> frozenset[str]:
    return frozenset(item.inputs.get("meters", ()))


def _is_new(price: Price, kept: Tariff) -> bool:
    others = [old for old in kept.prices if old.code == price.code]
    there = any(old.key == price.key for old in others)
    return not there and not counts(price, others, last=kept.month.last_day)
