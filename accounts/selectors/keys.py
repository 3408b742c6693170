"""API keys, as the administrators of their account see them."""

from django.db.models import F, QuerySet

from accounts.access import Access
from accounts.models import Account, ApiKey


def of_account(*, account: Account) -> "QuerySet[ApiKey]":
    """Every key of an account: those that work or expired, newest first, then the revoked ones."""
    rows = ApiKey.objects.filter(account=account)
    return rows.order_by(F("revoked_at").desc(nulls_first=True), "-created_at", "-pk")


def managed(*, access: Access) -> "QuerySet[ApiKey]":
    """Keys that this person may revoke."""
    return ApiKey.objects.filter(account_id__in=access.manage).select_related("account")
