"""Which of two prices of one item a charge bears, and when a new one changes nothing."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol

_DAY = timedelta(days=1)


class Dated(Protocol):
    """A price row: of a tariff, or of a catalogue file."""

    @property
    def plan(self) -> str: ...

    @property
    def variant(self) -> str: ...

    @property
    def since(self) -> date: ...


def counts(new: Dated, others: Iterable[Dated], *, last: date) -> bool:
    """Tell whether a new price would have been borne by a day up to `last` that had another one.

    `others` are the prices that the item had in the coverage. Where it had none, nothing can have
    been charged: what lacks a price keeps its bill open.
    """
    there = list(others)
    following = [old.since - _DAY for old in there if _same(old, new) and old.since > new.since]
    until = min([last, *following])
    return any(old.since <= until and _gives_way(old, new) for old in there)


def _same(old: Dated, new: Dated) -> bool:
    return (old.plan, old.variant) == (new.plan, new.variant)


def _gives_way(old: Dated, new: Dated) -> bool:
    """The more specific row wins, so a less specific one takes nothing from it."""
    meet = _meet(old.plan, new.plan) and _meet(old.variant, new.variant)
    return meet and _rank(old) <= _rank(new)


def _meet(one: str, other: str) -> bool:
    return one == other or not one or not other


def _rank(price: Dated) -> tuple[bool, bool]:
    return bool(price.plan), bool(price.variant)
