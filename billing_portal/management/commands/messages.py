"""`manage.py messages`: bring the Japanese catalogue in step with the sources."""

from typing import Any

from django.core.management.base import BaseCommand

from billing_portal.management import messages


class Command(BaseCommand):
    help = "Collect the messages of all sources into the Japanese catalogue and compile it."
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        catalogue = messages.merged()
        undone = [message for message in catalogue if message.id and not messages.is_done(message)]
        messages.FOLDER.mkdir(parents=True, exist_ok=True)
        messages.PO.write_bytes(messages.po_bytes(catalogue))
        messages.MO.write_bytes(messages.mo_bytes(catalogue))
        for message in undone:
            self.stdout.write(f"not translated: {messages.key_of(message)[1]!r}")
        self.stdout.write(f"{len(catalogue)} messages, {len(undone)} not translated")
