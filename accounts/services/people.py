"""People and their roles.

`grant` and `revoke` do what staff say. `change_role` and `remove` are for the administrators of an
account, who must not leave it without one.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.models import Account, Membership, User
from accounts.services import audit, mail


class LastAdministrator(ValueError):
    """Nobody could manage the account any more."""


def grant(*, person: User, account: Account, role: Role, actor: str, now: datetime) -> Membership:
    """Give a person this role in an account, in place of any other they have there."""
    with transaction.atomic():
        held = Membership.objects.select_for_update().filter(user=person, account=account).first()
        if held is not None and held.role == role:
            return held
        membership = held or Membership(user=person, account=account)
        membership.role = role
        membership.save()
        _record("membership.grant", membership, actor, now)
    return membership


def revoke(*, membership: Membership, actor: str, now: datetime) -> None:
    """Take a role away. The history keeps that it was held."""
    with transaction.atomic():
        _record("membership.revoke", membership, actor, now)
        membership.delete()


def change_role(*, membership: Membership, role: Role, actor: str, now: datetime) -> Membership:
    """Give another role to somebody who has one, and tell them; raises LastAdministrator, and
    Membership.DoesNotExist if the role was taken away meanwhile.
    """
    with transaction.atomic():
        held = _locked(membership)
        if held.role == role:
            return held
        if held.role == Role.ADMIN:
            _refuse_last(held)
        granted = grant(person=held.user, account=held.account, role=role, actor=actor, now=now)
        values = {"role": str(role), "link": mail.link("home")}
        _tell("role-changed", held, values, actor, now)
    return granted


def remove(*, membership: Membership, actor: str, now: datetime) -> None:
    """Take a role away, and tell its holder; raises as `change_role` does."""
    with transaction.atomic():
        held = _locked(membership)
        if held.role == Role.ADMIN:
            _refuse_last(held)
        _tell("role-removed", held, {}, actor, now)
        revoke(membership=held, actor=actor, now=now)


def change_profile(*, person: User, changed: list[str], now: datetime) -> None:
    """Keep what a person changed of themselves: the fields named, already set."""
    if not changed:
        return
    with transaction.atomic():
        person.save(update_fields=changed)
        audit.record(
            actor=person.email,
            action="profile.change",
            now=now,
            subject=person.email,
            detail={"fields": sorted(changed)},
        )


def _locked(membership: Membership) -> Membership:
    """Read a role again, while no other one of the account changes.

    Two administrators who remove each other at once would else both find the other one there.
    """
    Account.objects.select_for_update(no_key=True).get(pk=membership.account_id)
    return Membership.objects.select_related("user", "account").get(pk=membership.pk)


def _refuse_last(membership: Membership) -> None:
    others = Membership.objects.filter(
        account=membership.account, role=Role.ADMIN, user__is_active=True
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise LastAdministrator(
            _(
                "%(person)s is the only administrator. Make somebody else administrator first,"
                " so that the account can be managed."
            )
            % {"person": membership.user}
        )


def _tell(
    kind: str, membership: Membership, values: dict[str, str], actor: str, now: datetime
) -> None:
    mail.queue(
        to=membership.user.email,
        kind=kind,
        language=membership.user.language,
        context={"team": membership.account.team_name, "actor": actor, **values},
        account_key=membership.account.key,
        now=now,
    )


def _record(action: str, membership: Membership, actor: str, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        now=now,
        account_key=membership.account.key,
        subject=membership.user.email,
        detail={"role": str(membership.role)},
    )
