"""Cards of the sandbox, added as a customer adds them, and charged as the worker does."""

from datetime import datetime
from typing import Any

from accounts.models import Account
from invoices.models import Card
from invoices.services.payments import cards, gateway
from invoices.tasks import payments
from tests.factories import NOW
from tests.invoices.payments.till import again

ACTOR = "clerk@example.com"


def add(
    account: Account, behaviour: str = "works", *, coverage: str = "japan", now: datetime = NOW
) -> Card:
    """Choose what a new card of the sandbox does, and come back."""
    setup = cards.begin(account=account, coverage=coverage, actor=ACTOR, now=now)
    gateway.sandbox().choose(reference=setup.reference, behaviour=behaviour)
    card = cards.finish(setup=setup, now=now)
    assert card is not None
    return card


def work(receivable: Any) -> tuple[str, int]:
    """Let the worker take its turn; say how the document stands."""
    payments.charge(receivable_id=receivable.pk)
    now = again(receivable)
    return now.state, now.open_minor


def charged() -> list[int]:
    """What the gateway really charged."""
    return [charge["amount"] for charge in gateway.sandbox().charges()]
