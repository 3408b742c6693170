"""The people of an account, as its administrators see them."""

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from accounts.access import Access
from accounts.models import Account, Invitation, Membership

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def members(*, account: Account) -> list[Membership]:
    """Everybody with a role, by name; each with `has_factor`."""
    held = Authenticator.objects.filter(user=OuterRef("user"), type__in=FACTORS)
    rows = Membership.objects.filter(account=account).select_related("user")
    return list(rows.annotate(has_factor=Exists(held)).order_by("user__name", "user__email"))


def managed(*, access: Access) -> QuerySet[Membership]:
    """Roles that this person may change."""
    rows = Membership.objects.filter(account_id__in=access.manage)
    return rows.select_related("user", "account")


def invitations(*, account: Account) -> list[Invitation]:
    """Invitations without an answer, latest first; those past their end too."""
    rows = Invitation.objects.filter(
        account=account, accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    return list(rows)


def managed_invitations(*, access: Access) -> QuerySet[Invitation]:
    """Invitations that this person may send again or withdraw."""
    rows = Invitation.objects.filter(account_id__in=access.manage)
    return rows.select_related("account")
