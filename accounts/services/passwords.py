"""New passwords, by oneself or by a mail."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.services import audit, mail


def change(*, person: User, password: str, by_mail: bool, now: datetime) -> None:
    """Set a password, tell the person, and note whether it came by the address in a mail.

    All sessions of the person end; the page keeps its own one.
    """
    person.set_password(password)  # slow on purpose, so outside the transaction
    with transaction.atomic():
        person.save(update_fields=["password"])
        action = "password.reset" if by_mail else "password.change"
        audit.record(actor=person.email, action=action, now=now, subject=person.email)
        mail.queue(
            to=person.email,
            kind="password-changed",
            language=person.language,
            context={"address": person.email, "link": mail.link("account_reset_password")},
            now=now,
        )


def offer(*, person: User, link: str, now: datetime) -> None:
    """Mail the address under which a new password can be chosen."""
    hours = str(settings.PASSWORD_RESET_TIMEOUT // 3600)
    with transaction.atomic():
        audit.record(actor=person.email, action="password.ask", now=now, subject=person.email)
        mail.queue(
            to=person.email,
            kind="password-link",
            language=person.language,
            context={"address": person.email, "link": link, "hours": hours},
            now=now,
        )
