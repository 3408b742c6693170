"""What somebody wants to know before ordering: how it is paid, and what it saves."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import Account
from billing_portal.common.money import CONTEXT
from billing_portal.common.periods import Month
from invoices.choices import PaymentMethod, PriceKind, QuantityRule, Region
from invoices.models import BillItem, Card, Order, Price
from invoices.selectors.cards import cards_for, last_day
from invoices.selectors.points import available
from invoices.selectors.settings import today
from invoices.selectors.terms import ways_of


@dataclass(frozen=True, slots=True)
class Paying:
    """How an order would be paid today: `card` is charged first, after `points` of yen."""

    by_invoice: bool
    card: Card | None
    points: int

    @property
    def is_possible(self) -> bool:
        return self.by_invoice or self.card is not None


@dataclass(frozen=True, slots=True)
class Saving:
    """What units cost over a whole term, used on every day, and under a contract; before tax.

    `daily` is the dearest price of a day that the contract takes back.
    """

    daily: Decimal
    usual: Decimal
    agreed: Decimal

    @property
    def saved(self) -> Decimal:
        return CONTEXT.subtract(self.usual, self.agreed)


def paying(*, account: Account, coverage: str, now: datetime) -> Paying:
    """How an account would pay for what it orders now."""
    month, day = Month.of(now), today(now=now)
    method = ways_of(account_ids=[account.pk]).method((account.pk, coverage), month)
    cards = cards_for(account_id=account.pk, coverage=coverage)
    good = [card for card in cards if last_day(card) >= day]
    points = available(account_ids=[account.pk], on=day)[account.pk]
    return Paying(method == PaymentMethod.INVOICE, good[0] if good else None, points)


def saving(
    *, code: str, coverage: str, units: int, price: Decimal, months: list[Month]
) -> Saving | None:
    """What so many units of a contract save in these months; None where nothing is taken back."""
    daily = _dearest(_taken_back(code, coverage), coverage, months[0])
    if daily is None:
        return None
    days = sum(len(month.days) for month in months)
    return Saving(
        daily=daily,
        usual=CONTEXT.multiply(daily, days * units),
        agreed=CONTEXT.multiply(price, len(months) * units),
    )


def saving_of(*, order: Order, months: int) -> Saving | None:
    """What a contract that was quoted saves in its term."""
    return saving(
        code=order.item.code,
        coverage=order.coverage,
        units=order.quantity,
        price=order.unit_price,
        months=[order.first_month.plus(number) for number in range(months)],
    )


def _taken_back(code: str, coverage: str) -> set[str]:
    """The items whose daily charges a contract takes back (rules.md Q22)."""
    rows = BillItem.objects.filter(
        rule=QuantityRule.LONG_TERM_DISCOUNT, region__in=(Region.ALL, coverage)
    )
    found = [inputs for inputs in rows.values_list("inputs", flat=True) if inputs]
    return {item for each in found if each.get("contract") == code for item in each["items"]}


def _dearest(items: set[str], coverage: str, month: Month) -> Decimal | None:
    rows = Price.objects.filter(
        item__code__in=items,
        item__rule=QuantityRule.DAYS_IN_STATUS,
        kind=PriceKind.FLAT,
        coverage=coverage,
        since__lte=month.first_day,
    )
    known = {
        (item, plan, variant): price
        for item, plan, variant, price in rows.order_by("since").values_list(
            "item", "plan", "variant", "unit_price"
        )
    }
    return max(known.values(), default=None)
