"""What a gateway tells us: checked by its signature, dealt with once, in any order."""

from datetime import datetime

from django.db import IntegrityError, transaction

from invoices.gateways import CardEvent, ChargeEvent, Event, SetupEvent
from invoices.models import CardSetup, GatewayEvent
from invoices.services.payments import cards, charging, gateway
from invoices.services.payments.refusals import CardRefused


def receive(*, body: bytes, signature: str, now: datetime) -> str:
    """Deal with what was posted to us; return what came of it, in a word.

    Raises BadSignature. What came before is `again` and changes nothing; what is older than what we
    know changes nothing either. A GatewayDown is raised too: the gateway then sends it once more.
    """
    desk = gateway.chosen()
    event = desk.read_event(body=body, signature=signature, now=now)
    if GatewayEvent.objects.filter(gateway=desk.name, event_id=event.id).exists():
        return "again"
    outcome = _deal(event, desk.name, now)
    try:
        with transaction.atomic():
            GatewayEvent.objects.create(
                gateway=desk.name,
                event_id=event.id[:255],
                kind=event.kind[:64],
                created_at=event.at,
                received_at=now,
                outcome=outcome,
            )
    except IntegrityError:  # the same event, at the same time: both did the same
        return "again"
    return outcome


def _deal(event: Event, name: str, now: datetime) -> str:
    match event.what:
        case ChargeEvent(key, result):
            return _word(charging.settle(key=key, result=result, now=now))
        case CardEvent(facts):
            return _word(cards.renew(gateway_name=name, facts=facts, at=event.at, now=now))
        case SetupEvent(reference):
            return _setup(name, reference, now)
    return "ignored"


def _setup(name: str, reference: str, now: datetime) -> str:
    setup = CardSetup.objects.select_related("card").filter(gateway=name, reference=reference)
    found = setup.first()
    if found is None:
        return "unknown"
    try:
        return _word(cards.finish(setup=found, now=now) is not None)
    except CardRefused:
        return "refused"


def _word(is_news: bool) -> str:
    return "done" if is_news else "nothing new"
