"""The cards of an account, and which of them expire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import QuerySet

from accounts.access import Access
from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import CardNoticeKind
from invoices.models import Card, PaymentStop
from usage.choices import Coverage

MOST = 2
"""Cards of one coverage of an account (domain.md §4)."""


@dataclass(frozen=True, slots=True)
class CardPlace:
    """The cards of one coverage. `can_add` while there is room for another."""

    coverage: Coverage
    cards: Sequence[Card]

    @property
    def can_add(self) -> bool:
        return len(self.cards) < MOST


def held() -> QuerySet[Card]:
    """Cards that were not removed."""
    return Card.objects.filter(removed_at__isnull=True)


def cards_for(*, account_id: int, coverage: str) -> list[Card]:
    """The cards that can pay a document; one of both coverages takes those of Japan first."""
    cards = held().filter(account=account_id)
    if coverage:
        return list(cards.filter(coverage=coverage).order_by("-is_default", "slot"))
    found = cards.order_by("-is_default", "slot")
    return sorted(found, key=lambda card: Coverage.values.index(card.coverage))


def places(*, access: Access, account: Account) -> list[CardPlace]:
    """The cards of both coverages, the default ones first."""
    cards = list(
        held()
        .filter(account=account, account__in=access.money)
        .order_by("coverage", "-is_default", "slot")
    )
    return [
        CardPlace(coverage, [card for card in cards if card.coverage == coverage])
        for coverage in Coverage
    ]


def card(*, access: Access, pk: int) -> Card:
    """A card that the person sees. Raises Card.DoesNotExist."""
    return held().select_related("account").get(pk=pk, account__in=access.money)


def has_card(*, account_id: int, coverage: str, today: date) -> bool:
    """Whether the coverage could be paid by card: it has one that has not expired."""
    cards = cards_for(account_id=account_id, coverage=coverage)
    return any(last_day(card) >= today for card in cards)


def last_day(card: Card) -> date:
    """The last day on which a card is good."""
    return Month(card.exp_year, card.exp_month).last_day


def expiry(card: Card, *, today: date) -> CardNoticeKind | None:
    """Whether a card has expired, or soon will; None if neither."""
    last = last_day(card)
    if last < today:
        return CardNoticeKind.EXPIRED
    soon = last - timedelta(days=settings.CARD_NOTICE_DAYS) <= today
    return CardNoticeKind.EXPIRING if soon else None


def expiring(*, access: Access, account: Account, today: date) -> list[tuple[Card, CardNoticeKind]]:
    """Cards of the account that have expired or soon will."""
    cards = held().filter(account=account, account__in=access.money)
    noticed = [(card, expiry(card, today=today)) for card in cards]
    return [(card, kind) for card, kind in noticed if kind is not None]


def is_stopped(*, account: Account) -> bool:
    """Whether features are off because a payment failed for good."""
    return PaymentStop.objects.filter(account=account).exists()
