"""Second factors: who has one, who must, and what becomes of them.

allauth keeps them (apps, security keys, recovery codes). Recovery codes alone are none: they stand
in for one that is lost.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Membership, User
from accounts.services import audit, mail

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
TOLD = frozenset(
    {
        ("totp", "added"),
        ("totp", "removed"),
        ("webauthn", "added"),
        ("webauthn", "removed"),
        ("recovery_codes", "reset"),
        ("recovery_codes", "used"),
    }
)
"""Which changes are mailed; that codes come and go with the first and last factor is not."""


def with_signs(people: QuerySet[User]) -> QuerySet[User]:
    """The people, each with `has_factor` and `factor_asked`, in the same query."""
    held = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    asked = Membership.objects.filter(user=OuterRef("pk"), account__second_factor_required=True)
    return people.annotate(has_factor=Exists(held), factor_asked=Exists(asked))


def has_one(person: User) -> bool:
    known: bool | None = getattr(person, "has_factor", None)
    if known is None:
        known = Authenticator.objects.filter(user=person, type__in=FACTORS).exists()
    return known


def is_asked_of(person: User) -> bool:
    """Say whether the person must have one: as staff, or because an account of theirs asks."""
    if person.is_staff and settings.STAFF_NEED_SECOND_FACTOR:
        return True
    known: bool | None = getattr(person, "factor_asked", None)
    if known is None:
        known = person.memberships.filter(account__second_factor_required=True).exists()
    return known


def are_missing(person: User) -> bool:
    return not has_one(person) and is_asked_of(person)


def note(*, person: User, kind: str, change: str, now: datetime) -> None:
    """Write down that a factor was added, removed, reset or used, and tell its owner."""
    with transaction.atomic():
        audit.record(
            actor=person.email, action=f"factor.{change}", now=now, subject=person.email,
            detail={"kind": kind},
        )  # fmt: skip
        if (kind, change) in TOLD:
            _tell(person, f"{kind}-{change}", now)


def reset(*, person: User, actor: str, now: datetime) -> None:
    """Remove all second factors of a person who lost them, and sign them out everywhere.

    Where one is asked of them, they set up a new one when they next sign in.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        held = Authenticator.objects.filter(user=person)
        kinds = sorted(held.values_list("type", flat=True))
        held.delete()
        for session in UserSession.objects.filter(user=person):
            session.end()
        audit.record(
            actor=actor, action="factor.all-reset", now=now, subject=person.email,
            detail={"kinds": kinds},
        )  # fmt: skip
        _tell(person, "all-reset", now)


def _tell(person: User, what: str, now: datetime) -> None:
    mail.queue(
        to=person.email,
        kind="factor",
        language=person.language,
        context={"what": what, "link": mail.link("settings-security")},
        now=now,
    )
