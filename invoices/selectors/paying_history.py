"""Who changed how an account pays, and when: the audit trail, as far as it tells of that."""

from enum import StrEnum

from django.db.models import QuerySet

from accounts.models import Account, AuditEntry


class Deed(StrEnum):
    """What is written into the audit trail. `subject` is the coverage, or `BOTH`. What staff did
    has `staff` in its detail: customers are not told who of them it was.
    """

    REQUEST = "invoice-payment.request"
    WITHDRAW = "invoice-payment.withdraw"
    ACCEPT = "invoice-payment.accept"
    REFUSE = "invoice-payment.refuse"
    REGISTER = "invoice-details.register"
    CHANGE = "invoice-details.change"
    METHOD = "payment.method"
    MERGE = "invoices.merge"
    PART = "invoices.part"


BOTH = "both"


def entries(*, account: Account) -> QuerySet[AuditEntry]:
    """What happened to the payment of an account, the newest first."""
    return AuditEntry.objects.filter(account_key=account.key, action__in=[*Deed])
