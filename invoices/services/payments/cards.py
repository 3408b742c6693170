"""Cards: registered on the gateway's own page, chosen, removed, renewed by their network.

Cards of one coverage of an account are changed under the lock of its `GatewayCustomer`.
"""

import uuid
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.services import audit, mail
from accounts.services.audit import SYSTEM
from invoices.choices import CardNoticeKind
from invoices.gateways import CardFacts
from invoices.models import Card, CardNotice, CardSetup, GatewayCustomer
from invoices.selectors.cards import MOST, expiry, held
from invoices.services.payments import charging, gateway, news
from invoices.services.payments.refusals import CardRefused


def begin(*, account: Account, coverage: str, actor: str, now: datetime) -> CardSetup:
    """Ask the gateway for the page on which a card is typed in.

    Raises CardRefused for a third card, and GatewayDown.
    """
    if held().filter(account=account, coverage=coverage).count() >= MOST:
        raise CardRefused(_("There are two cards already. Remove one first."))
    desk = gateway.chosen()
    key = uuid.uuid4().hex
    reference = _customer(account, coverage)
    page = desk.begin_setup(
        key=key, customer=reference, return_url=mail.link("payment-card-back", key)
    )
    return CardSetup.objects.create(
        account=account,
        coverage=coverage,
        gateway=desk.name,
        key=key,
        customer=reference,
        reference=page.reference,
        url=page.url,
        begun_at=now,
        begun_by=actor,
    )


def finish(*, setup: CardSetup, now: datetime) -> Card | None:
    """Register the card that was typed in, and charge it for what is unpaid.

    None while there is none. Told twice, by the customer's return and by an event, it registers
    one card. Raises CardRefused for a third card, and GatewayDown.
    """
    if setup.card is not None:
        return setup.card
    desk = gateway.chosen()
    facts = desk.finish_setup(reference=setup.reference)
    if facts is None:
        return None
    try:
        return _register(setup, facts, now)
    except CardRefused:
        desk.forget(card=facts.reference)
        raise


def choose(*, card: Card, actor: str, now: datetime) -> None:
    """Make a card the default of its coverage. Raises CardRefused if it is gone."""
    with transaction.atomic():
        cards = _locked(card.account_id, card.coverage, card.gateway)
        chosen = _among(cards, card)
        for each in cards:
            if each.is_default and each.pk != chosen.pk:
                each.is_default = False
                each.save(update_fields=["is_default"])
        chosen.is_default = True
        chosen.save(update_fields=["is_default"])
        _audit("card.default", chosen, actor, now)


def remove(*, card: Card, actor: str, now: datetime) -> None:
    """Remove a card; the other one becomes the default. Raises CardRefused for the only one."""
    with transaction.atomic():
        cards = _locked(card.account_id, card.coverage, card.gateway)
        gone = _among(cards, card)
        if len(cards) == 1:
            raise CardRefused(_("The only card cannot be removed. Add another one first."))
        gone.removed_at, gone.is_default = now, False
        gone.save(update_fields=["removed_at", "is_default"])
        [rest] = [each for each in cards if each.pk != gone.pk]
        rest.is_default = True
        rest.save(update_fields=["is_default"])
        _audit("card.remove", gone, actor, now)
    gateway.chosen().forget(card=card.reference)


def renew(*, gateway_name: str, facts: CardFacts, at: datetime, now: datetime) -> bool:
    """Take over what the network changed of a card (E17), and try again what failed with it.

    `at` is the gateway's time of the event: what is older than the last one changes nothing.
    """
    with transaction.atomic():
        rows = held().filter(gateway=gateway_name, reference=facts.reference)
        card = rows.select_for_update().select_related(None).first()
        if card is None or (card.renewed_at is not None and at <= card.renewed_at):
            return False
        before = f"{card} {_expires(card)}"
        card.brand, card.last4 = facts.brand, facts.last4
        card.exp_month, card.exp_year, card.renewed_at = facts.exp_month, facts.exp_year, at
        card.save()
        _audit("card.renew", card, SYSTEM, now, before=before)
    charging.charge_unpaid(account_id=card.account_id, coverage=card.coverage, card=None, now=now)
    return True


def announce(*, today: date, now: datetime) -> int:
    """Tell people of cards that expire soon or have expired, once of each; return how many."""
    told = 0
    latest = (today + timedelta(days=settings.CARD_NOTICE_DAYS)).year
    cards = held().filter(exp_year__lte=latest).select_related("account")
    for card in cards.prefetch_related("notices").iterator(chunk_size=500):
        kind = expiry(card, today=today)
        known = {(notice.kind, notice.expires) for notice in card.notices.all()}
        if kind is not None and (kind.value, _expires(card)) not in known:
            told += _announce(card, kind, now)
    return told


def _expires(card: Card) -> str:
    return f"{card.exp_year:04}-{card.exp_month:02}"


def _announce(card: Card, kind: CardNoticeKind, now: datetime) -> bool:
    with transaction.atomic():
        _notice, is_new = CardNotice.objects.get_or_create(
            card=card, kind=kind, expires=_expires(card), defaults={"sent_at": now}
        )
        if is_new:
            news.card_notice(card=card, kind=kind.value, now=now)
    return is_new


def _customer(account: Account, coverage: str) -> str:
    desk = gateway.chosen()
    values = {"account": account, "coverage": coverage, "gateway": desk.name}
    known = GatewayCustomer.objects.filter(**values).first()
    if known is None:
        key = f"customer-{uuid.uuid4().hex}"
        reference = desk.customer(key=key, name=f"{account.team_name} ({account.key})")
        known, _new = GatewayCustomer.objects.get_or_create(
            **values, defaults={"reference": reference}
        )
    return known.reference


def _register(setup: CardSetup, facts: CardFacts, now: datetime) -> Card:
    with transaction.atomic():
        cards = _locked(setup.account_id, setup.coverage, setup.gateway)
        again = CardSetup.objects.select_for_update(of=("self",)).get(pk=setup.pk)
        if again.card is not None:
            return again.card
        if len(cards) >= MOST:
            raise CardRefused(_("There are two cards already. Remove one first."))
        card = Card.objects.create(
            account_id=setup.account_id,
            coverage=setup.coverage,
            gateway=setup.gateway,
            customer=setup.customer,
            reference=facts.reference,
            brand=facts.brand,
            last4=facts.last4,
            exp_month=facts.exp_month,
            exp_year=facts.exp_year,
            slot=min({1, 2} - {each.slot for each in cards}),
            is_default=not cards,
            added_at=now,
            added_by=setup.begun_by,
        )
        CardSetup.objects.filter(pk=setup.pk).update(card=card)
        _audit("card.add", card, setup.begun_by, now)
    charging.charge_unpaid(account_id=card.account_id, coverage=card.coverage, card=card, now=now)
    return card


def _locked(account_id: int, coverage: str, name: str) -> list[Card]:
    customers = GatewayCustomer.objects.filter(account=account_id, coverage=coverage, gateway=name)
    list(customers.select_for_update())
    cards = held().filter(account=account_id, coverage=coverage)
    return list(cards.select_related("account").order_by("slot"))


def _among(cards: list[Card], card: Card) -> Card:
    for each in cards:
        if each.pk == card.pk:
            return each
    raise CardRefused(_("This card was removed."))


def _audit(action: str, card: Card, actor: str, now: datetime, before: str = "") -> None:
    detail = {
        "coverage": card.coverage,
        "expires": _expires(card),
        **({"before": before} if before else {}),
    }
    audit.record(
        actor=actor,
        action=action,
        now=now,
        account_key=card.account.key,
        subject=str(card),
        detail=detail,
    )
