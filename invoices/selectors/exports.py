"""Long downloads that people of an account asked for."""

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.access import Access
from accounts.models import Account, Job

DETAIL_CSV = "detail-csv"


def visible(*, access: Access) -> QuerySet[Job]:
    """Every detail download this person may see: those of the accounts whose money they see."""
    return Job.objects.filter(kind=DETAIL_CSV, account_id__in=access.money)


def get(*, access: Access, pk: int) -> Job:
    """One job with its account; raises Job.DoesNotExist for strangers too."""
    return visible(access=access).select_related("account").get(pk=pk)


def current(*, access: Access, account: Account, now: datetime) -> list[Job]:
    """What is being made, has failed or can still be fetched; latest first."""
    return list(
        visible(access=access)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), account=account)
        .order_by("-created_at", "-id")[:5]
    )
