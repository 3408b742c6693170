"""How an issued document stands: which one is in force, and what of it may still be returned.

Modified invoices form a chain: each names the document that it takes the place of. Return invoices
name the one that was in force, and count against all of the chain.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from invoices.choices import DocumentKind
from invoices.models import Invoice
from invoices.rating.taxes import TaxGroup

Triple = tuple[int, int, int]
"""Net, tax and total with tax of one rate, in minor units."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of a document, from the time before `returns` that are later than it is told.

    `money_minor` is what of the rest was, or is to be, paid in money; the others are points.
    """

    chain: tuple[Invoice, ...]
    left: Mapping[TaxGroup, Triple]
    jpy_left: Mapping[TaxGroup, int]
    money_minor: int

    @property
    def in_force(self) -> Invoice:
        return self.chain[-1]

    @property
    def gross_minor(self) -> int:
        return sum(gross for _net, _tax, gross in self.left.values())


def standing_of(*, invoice: Invoice, before: int | None = None) -> Standing:
    """Return how a document stands; with `before`, as it did when that one was not issued yet."""
    chain = _chain(invoice)
    returns = Invoice.objects.filter(kind=DocumentKind.RETURN, corrects__in=chain)
    if before is not None:
        returns = returns.filter(pk__lt=before)
    snapshots = [json.loads(invoice.snapshot), *(json.loads(row.snapshot) for row in returns)]
    left: dict[TaxGroup, Triple] = {}
    jpy_left: dict[TaxGroup, int] = {}
    for snapshot in snapshots:
        for rate in snapshot["rates"]:
            group = group_of(rate)
            net, tax, gross = left.get(group, (0, 0, 0))
            left[group] = (
                net + rate["net_minor"],
                tax + rate["tax_minor"],
                gross + rate["gross_minor"],
            )
        for rate in (snapshot.get("jpy_tax") or {"rates": []})["rates"]:
            group = group_of(rate)
            jpy_left[group] = jpy_left.get(group, 0) + rate["tax_minor"]
    money = sum(snapshot["amount_due_minor"] for snapshot in snapshots)
    return Standing(chain, left, jpy_left, money)


def group_of(values: Mapping[str, Any]) -> TaxGroup:
    return TaxGroup(values["tax_category"], Decimal(values["rate"]))


def _chain(invoice: Invoice) -> tuple[Invoice, ...]:
    """The document first issued, and what took its place, in order."""
    first = invoice
    while first.kind == DocumentKind.MODIFIED and first.corrects is not None:
        first = first.corrects
    chain = [first]
    while True:
        following = Invoice.objects.filter(kind=DocumentKind.MODIFIED, corrects=chain[-1]).first()
        if following is None:
            return tuple(chain)
        chain.append(following)
