"""Device plans: which the catalogue has, and at which price.

A device plan is a plan that exactly one item charges by the number of active devices (rules.md
Q47). It is for sale in a month on whose first day it has a price, since that one is charged (Q37).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Account
from billing_portal.common.money import CONTEXT, Currency, plain
from billing_portal.common.periods import Month
from invoices.choices import Region
from invoices.models import BillItem
from invoices.rating.tariff import Item, PriceBook
from invoices.rating.taxes import MissingTaxRate
from invoices.rating.vocabulary import CURRENCY, PriceKind, QuantityRule
from invoices.selectors.settings import recipients, tax_table
from invoices.selectors.tariff import plain_item, tariff_of
from usage.choices import Coverage
from usage.models import Plan

RULES = frozenset({QuantityRule.PEAK_ACTIVE, QuantityRule.DISTINCT_ACTIVE})


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """A plan, and how its devices are counted."""

    plan: Plan
    rule: QuantityRule

    @property
    def place(self) -> tuple[str, str]:
        """Coverage and kind of device: for these an account has one plan of its own."""
        return self.plan.coverage, self.plan.kind


@dataclass(frozen=True, slots=True)
class Tier:
    """What one device costs a month, exactly; `up_to` is None in the last tier."""

    up_to: int | None
    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return CONTEXT.add(self.net, self.tax)


@dataclass(frozen=True, slots=True)
class Offer:
    """A device plan with its price and tax in a month. `size` devices share a price, mostly 1."""

    plan: Plan
    rule: QuantityRule
    currency: Currency
    price_kind: PriceKind
    size: int
    tiers: tuple[Tier, ...]
    tax_rate: Decimal

    @property
    def flat(self) -> Tier | None:
        """What one device costs, where that does not depend on their number."""
        return self.tiers[0] if len(self.tiers) == 1 and self.size == 1 else None

    @property
    def presented(self) -> list[dict[str, str | int]]:
        """The price as a purchase keeps it."""
        return [
            {"net": plain(tier.net), "gross": plain(tier.gross)}
            | ({} if tier.up_to is None else {"up_to": tier.up_to})
            for tier in self.tiers
        ]


def device_plans() -> dict[int, DevicePlan]:
    """Every device plan of the catalogue, with a price or without, by its key. Two queries."""
    rows = list(BillItem.objects.filter(rule__in=RULES))
    items = {
        coverage: [plain_item(row) for row in rows if row.region in (Region.ALL, coverage)]
        for coverage in Coverage.values
    }
    charged = {
        plan: _charging(items[plan.coverage], plan)
        for plan in Plan.objects.order_by("coverage", "kind", "code")
    }
    return {
        plan.pk: DevicePlan(plan, QuantityRule(item.rule))
        for plan, item in charged.items()
        if item is not None
    }


def offers(*, account: Account, coverage: str, month: Month) -> list[Offer]:
    """What is for sale in a month, with the tax of the account; nothing whose tax is not known."""
    tariff = tariff_of(coverage=coverage, month=month)
    items = [item for item in tariff.items if item.rule in RULES]
    if not items:
        return []
    pair = (account.pk, coverage)
    country, table, book = recipients(pairs=[pair])[pair].country, tax_table(), tariff.book()
    found = []
    for plan in Plan.objects.filter(coverage=coverage).order_by("kind", "code"):
        item = _charging(items, plan)
        if item is None:
            continue
        try:
            tax = table.group(item.tax_category, month.first_day, country=country).rate
        except MissingTaxRate:
            continue
        found += list(_offer(plan, item, book, month, tax))
    return found


def _charging(items: list[Item], plan: Plan) -> Item | None:
    """The only item that charges the active devices of a plan."""
    found = [
        item for item in items if item.takes(plan.code) and item.device_kind in ("", plan.kind)
    ]
    return found[0] if len(found) == 1 else None


def _offer(
    plan: Plan, item: Item, book: PriceBook, month: Month, tax_rate: Decimal
) -> Iterator[Offer]:
    variant = plan.code if item.has_variants else ""
    price = book.find(code=item.code, plan=plan.code, variant=variant, day=month.first_day)
    if price is None:
        return
    yield Offer(
        plan=plan,
        rule=QuantityRule(item.rule),
        currency=CURRENCY[plan.coverage],
        price_kind=PriceKind(price.kind),
        size=price.size,
        tiers=tuple(
            Tier(up_to, net, CONTEXT.multiply(net, tax_rate)) for up_to, net in price.steps
        ),
        tax_rate=tax_rate,
    )
