"""The address by which a person signs in. `User.email` is the truth; allauth keeps a copy.

A change is confirmed from the new address and told to the old one. Nothing is stored until then:
the link carries both addresses, signed, so it works once and only while the old one is in use.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit, mail

SALT = "meisai.address"
HOURS = 24


class LinkIsDead(ValueError):
    """The link is too old, was used, or is none of ours."""


class AddressTaken(ValueError):
    """Another person signs in with the new address."""


def ask(*, person: User, address: str, now: datetime) -> None:
    """Mail the new address what confirms it. Whether it is somebody's already is told there only:
    who asks must not learn who else is here.
    """
    wanted = {"person": person.pk, "old": person.email, "new": address}
    token = signing.dumps(wanted, salt=SALT, compress=True)
    with transaction.atomic():
        audit.record(actor=person.email, action="address.ask", now=now, subject=address)
        mail.queue(
            to=address,
            kind="address-confirm",
            language=person.language,
            context={
                "old": person.email,
                "address": address,
                "hours": str(HOURS),
                "link": mail.link("address-confirm", token),
            },
            now=now,
        )


def read(*, token: str) -> tuple[User, str]:
    """The person and the new address of a link that still works; raises LinkIsDead."""
    try:
        wanted = signing.loads(token, salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature as error:
        raise LinkIsDead from error
    person = User.objects.filter(pk=wanted["person"], email=wanted["old"], is_active=True).first()
    if person is None:
        raise LinkIsDead
    return person, str(wanted["new"])


def confirm(*, token: str, now: datetime) -> User:
    """Change the address; raises LinkIsDead or AddressTaken."""
    try:
        with transaction.atomic():
            return _change(token, now)
    except IntegrityError as error:
        raise AddressTaken(_("Another person signs in with this address.")) from error


def _change(token: str, now: datetime) -> User:
    person, address = read(token=token)
    old = person.email
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.email != old:
        raise LinkIsDead
    person.email = address
    person.save(update_fields=["email"])
    mirror(person=person)
    audit.record(actor=old, action="address.change", now=now, subject=address, detail={"old": old})
    mail.queue(
        to=old,
        kind="address-changed",
        language=person.language,
        context={"old": old, "address": address},
        now=now,
    )
    return person


def mirror(*, person: User) -> None:
    """Keep allauth's copy in step: one verified address, in small letters, and nobody else's.

    Done when the address changes and at each sign-in, so that people of earlier versions and those
    whom staff changed have theirs too.
    """
    address = person.email.lower()
    copies = EmailAddress.objects.filter(user=person)
    if list(copies.values_list("email", "verified", "primary")) == [(address, True, True)]:
        return
    with transaction.atomic():
        copies.delete()
        EmailAddress.objects.filter(email=address).delete()
        EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
