"""People and their roles."""

from datetime import datetime

from django.db import transaction

from accounts.choices import Role
from accounts.models import Account, Membership, User
from accounts.services import audit


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


def _record(action: str, membership: Membership, actor: str, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        now=now,
        account_key=membership.account.key,
        subject=membership.user.email,
        detail={"role": str(membership.role)},
    )
