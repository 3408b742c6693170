"""Roles offered by mail: invited, sent again, withdrawn, accepted.

The link carries the invitation and the instant at which it ends, signed: sending it again makes the
earlier link void. It works once, for the address that it was sent to.
"""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.models import Account, Invitation, Membership, User
from accounts.services import addresses, audit, mail, people
from billing_portal.common.parts.figures import instant

SALT = "meisai.invitation"
VALID = timedelta(days=7)
MOST_OPEN = 200
"""Open invitations of one account: nobody mails strangers through us without end."""


class InvitationRefused(ValueError):
    """The address cannot be invited. The message says why and what to do."""


class InvitationIsDead(ValueError):
    """Used, withdrawn, too old, replaced by a later mail, or none of ours."""


class OtherAddress(ValueError):
    """The person who is signed in is not the one who was invited."""


def invite(
    *, account: Account, email: str, role: Role, language: str, actor: str, now: datetime
) -> Invitation:
    """Offer a role to an address; raises InvitationRefused. An old invitation is replaced."""
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        _check(account, email, now)
        unanswered().filter(account=account, email__iexact=email).update(withdrawn_at=now)
        invitation = Invitation.objects.create(
            account=account,
            email=email,
            role=role,
            language=language,
            invited_by=actor,
            created_at=now,
            expires_at=now + VALID,
        )
        _mail(invitation, now)
        _record("invitation.send", invitation, actor, now)
    return invitation


def send_again(*, invitation: Invitation, actor: str, now: datetime) -> None:
    """Mail a new link that is valid for its full time; the earlier one is void then.

    Raises InvitationIsDead for one that was accepted or withdrawn meanwhile.
    """
    with transaction.atomic():
        found = _locked(invitation.pk)
        found.expires_at = now + VALID
        found.save(update_fields=["expires_at"])
        _mail(found, now)
        _record("invitation.again", found, actor, now)


def withdraw(*, invitation: Invitation, actor: str, now: datetime) -> None:
    """Make an invitation void; raises InvitationIsDead for one that is accepted or withdrawn."""
    with transaction.atomic():
        found = _locked(invitation.pk)
        found.withdrawn_at = now
        found.save(update_fields=["withdrawn_at"])
        _record("invitation.withdraw", found, actor, now)


def token_of(invitation: Invitation) -> str:
    ends = int(invitation.expires_at.timestamp())
    return signing.Signer(salt=SALT).sign_object([invitation.pk, ends])


def read(*, token: str, now: datetime) -> Invitation:
    """The invitation of a link that still works; raises InvitationIsDead."""
    try:
        pk, ends = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError) as error:
        raise InvitationIsDead from error
    found = unanswered().filter(pk=pk, expires_at__gt=now).select_related("account").first()
    if found is None or int(found.expires_at.timestamp()) != ends:
        raise InvitationIsDead
    return found


def invited_person(*, invitation: Invitation) -> User | None:
    """Who signs in with the invited address already."""
    return User.objects.filter(email__iexact=invitation.email).first()


def accept(*, token: str, person: User, now: datetime) -> Invitation:
    """Give the role to the invited person; raises InvitationIsDead, OtherAddress."""
    with transaction.atomic():
        invitation = _locked(read(token=token, now=now).pk)
        if person.email.lower() != invitation.email.lower():
            raise OtherAddress
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        _record("invitation.accept", invitation, person.email, now)
        # Who was given a role in another way meanwhile keeps that one.
        if not Membership.objects.filter(user=person, account=invitation.account).exists():
            people.grant(
                person=person,
                account=invitation.account,
                role=Role(invitation.role),
                actor=invitation.invited_by,
                now=now,
            )
    return invitation


def join(*, token: str, name: str, password: str, now: datetime) -> User:
    """Make the invited address a person, with a password and the role; raises InvitationIsDead."""
    invitation = read(token=token, now=now)
    person = User(email=invitation.email, name=name, language=invitation.language)
    person.set_password(password)  # slow on purpose, so outside the transaction
    with transaction.atomic():
        _locked(invitation.pk)
        if invited_person(invitation=invitation) is not None:
            raise InvitationIsDead
        person.save()
        addresses.mirror(person=person)
        audit.record(actor=person.email, action="person.join", now=now, subject=person.email)
        accept(token=token, person=person, now=now)
    return person


def unanswered() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)


def _locked(pk: int) -> Invitation:
    """Read an unanswered invitation again, while nobody else answers it."""
    found = unanswered().select_for_update(of=("self",)).select_related("account")
    invitation = found.filter(pk=pk).first()
    if invitation is None:
        raise InvitationIsDead
    return invitation


def _check(account: Account, email: str, now: datetime) -> None:
    if Membership.objects.filter(account=account, user__email__iexact=email).exists():
        raise InvitationRefused(
            _("%(email)s has a role here already. Change it in the list.") % {"email": email}
        )
    valid = unanswered().filter(account=account, expires_at__gt=now)
    if valid.filter(email__iexact=email).exists():
        raise InvitationRefused(
            _("%(email)s is invited already. Send the invitation again from the list.")
            % {"email": email}
        )
    if valid.count() >= MOST_OPEN:
        raise InvitationRefused(
            _("Too many invitations are open. Withdraw some, or wait for answers.")
        )


def _mail(invitation: Invitation, now: datetime) -> None:
    with translation.override(invitation.language):
        until = instant(invitation.expires_at)
    mail.queue(
        to=invitation.email,
        kind="invitation",
        language=invitation.language,
        context={
            "team": invitation.account.team_name,
            "role": invitation.role,
            "inviter": invitation.invited_by,
            "until": until,
            "link": mail.link("invitation", token_of(invitation)),
        },
        account_key=invitation.account.key,
        now=now,
    )


def _record(action: str, invitation: Invitation, actor: str, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        now=now,
        account_key=invitation.account.key,
        subject=invitation.email,
        detail={"role": invitation.role},
    )
