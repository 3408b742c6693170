"""What a payment that failed for good switches off, and what being paid switches on (E16)."""

from datetime import datetime

from accounts.models import Account
from accounts.services import audit
from invoices.models import PaymentStop, Receivable


def stop(*, account_id: int, label: str, now: datetime) -> bool:
    """Switch the plan's features of an account off; call it in the transaction of the failure.

    Returns whether they were on: what staff switched off stays theirs to switch on.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    if not account.features_enabled:
        return False
    PaymentStop.objects.create(account=account, since=now)
    _switch(account, "features.stop", label, now)
    return True


def restore(*, account_id: int, label: str, now: datetime) -> bool:
    """Switch on again what a failed payment switched off, once all that was given up is paid."""
    if not PaymentStop.objects.filter(account=account_id).exists():
        return False
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    unpaid = Receivable.objects.filter(invoice__account=account, given_up_at__isnull=False)
    if unpaid.filter(open_minor__gt=0).exists():
        return False
    stopped, _rows = PaymentStop.objects.filter(account=account).delete()
    if stopped:
        _switch(account, "features.restore", label, now)
    return bool(stopped)


def _switch(account: Account, action: str, label: str, now: datetime) -> None:
    account.features_enabled = action == "features.restore"
    account.save(update_fields=["features_enabled"])
    key = account.key
    audit.record(actor=audit.SYSTEM, action=action, now=now, account_key=key, subject=label)
