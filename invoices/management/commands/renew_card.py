"""`manage.py renew_card CARD --last4 9999 --expires 2031-05`, in the sandbox"""

import uuid
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing_portal.common import clock
from billing_portal.common.periods import BadMonth, Month
from invoices.models import Card
from invoices.selectors.cards import held
from invoices.services.payments import events, gateway


class Command(BaseCommand):
    help = (
        "Let the sandbox renew a card as its network would, without the customer: it sends us the"
        " signed event that a gateway sends then."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("card", type=int, help="The number of the card in the admin.")
        parser.add_argument("--last4", required=True, help="Its new last four digits.")
        parser.add_argument("--expires", required=True, help="Its new last month, as 2031-05.")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.GATEWAY != "sandbox":
            raise CommandError("Only the sandbox does what it is told.")
        card = held().filter(pk=options["card"], gateway="sandbox").first()
        if card is None:
            raise CommandError(f"There is no card {options['card']} of the sandbox.")
        try:
            expires = Month.parse(options["expires"])
        except BadMonth as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self._send(card, options["last4"][-4:], expires))

    def _send(self, card: Card, last4: str, expires: Month) -> str:
        now = clock.now()
        what = {
            "reference": card.reference,
            "brand": card.brand,
            "last4": last4,
            "exp_month": expires.number,
            "exp_year": expires.year,
        }
        event = {
            "id": f"event-{uuid.uuid4().hex}",
            "kind": "card.updated",
            "at": now.isoformat(),
            "what": what,
        }
        body, signature = gateway.sandbox().signed(event, now=now)
        return events.receive(body=body, signature=signature, now=now)
