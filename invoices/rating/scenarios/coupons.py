"""`coupons`: what was left of each when the month opened."""

from collections.abc import Iterator, Mapping
from typing import Any

from billing_portal.common.money import plain
from billing_portal.common.periods import BadMonth, Month
from invoices.rating.scenarios.fields import ACCOUNT, FIELDS
from invoices.rating.scenarios.items import MOST
from invoices.rating.scenarios.nodes import Node, Record
from invoices.rating.scenarios.problems import alike, excerpt
from invoices.rating.tariff import Item
from invoices.rating.vocabulary import QuantityRule

TERM = 13
"""Months after the one of the purchase in which a coupon can be used still (rules.md Q24)."""


def read_coupons(listed: Node, *, month: Month, items: Mapping[str, Item]) -> list[dict[str, Any]]:
    """The coupons that can be used in the month."""
    rows = [node.record(FIELDS["coupons"]) for node in listed.entries(most=MOST)]
    codes: set[str] = set()
    for node in (row["code"] for row in rows):
        code = node.code()
        if code and code in codes:
            node.bad("There is a coupon of this code above. Change one.")
        codes.add(code)
    return list(_usable(rows, month, items))


def _usable(
    rows: list[Record], month: Month, items: Mapping[str, Item]
) -> Iterator[dict[str, Any]]:
    for row in rows:
        check_rule(row["item"], items, QuantityRule.COUPON)
        first, last = row["purchased"].month(), _expires(row)
        coupon = {
            "account_id": ACCOUNT,
            "code": row["code"].value,
            "item": row["item"].code(),
            "balance": plain(row["balance"].decimal()),
            "purchased": first.iso,
            "expires": last.iso,
        }
        if first <= month <= last:
            yield coupon


def is_usable(row: Record, month: Month) -> bool:
    """Tell whether a sound coupon can be used in the month."""
    return row["purchased"].month() <= month <= _expires(row)


def _expires(row: Record) -> Month:
    if row["expires"].is_there:
        return row["expires"].month()
    try:
        return row["purchased"].month().plus(TERM)
    except BadMonth:
        return row["purchased"].month()


def check_rule(node: Node, items: Mapping[str, Item], rule: str) -> None:
    """Note an item that is not there, or not of this rule."""
    known = [item.code for item in items.values() if item.rule == rule]
    code = node.value
    if isinstance(code, str) and code and code not in known:
        node.bad(f"{excerpt(code)} is no item of rule {rule}.{alike(code, known)}")
