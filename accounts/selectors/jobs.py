"""Long work that people asked for."""

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.access import Access
from accounts.choices import Reach
from accounts.models import Account, Job


def visible(*, access: Access) -> QuerySet[Job]:
    """Every job this person may see: by the accounts whose money or usage they see, or as staff."""
    seen = Q(reach=Reach.MONEY, account_id__in=access.money)
    seen |= Q(reach=Reach.USAGE, account_id__in=access.usage)
    if access.is_staff:
        seen |= Q(reach=Reach.STAFF)
    return Job.objects.filter(seen)


def get(*, access: Access, pk: int) -> Job:
    """One job with its account; raises Job.DoesNotExist for strangers too."""
    return visible(access=access).select_related("account").get(pk=pk)


def current(
    *, access: Access, account: Account, now: datetime, kinds: tuple[str, ...] = ()
) -> list[Job]:
    """What is being made, has failed or can still be fetched; latest first."""
    found = visible(access=access).filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now), account=account
    )
    if kinds:
        found = found.filter(kind__in=kinds)
    return list(found.order_by("-created_at", "-id")[:5])


def of_account(*, account: Account, kind: str) -> QuerySet[Job]:
    """Every job of a kind that was ordered for an account, by its people or its programs."""
    return Job.objects.filter(account=account, kind=kind)
