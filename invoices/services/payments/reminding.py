"""Reminders of invoice payers, before and after the due date: dated rows, each sent once."""

from datetime import date, datetime

from django.db import transaction

from invoices.models import Receivable, Reminder
from invoices.selectors.receivables import UNPAID
from invoices.services.payments import ledger, news


def remind(*, today: date, now: datetime) -> int:
    """Send the reminders that are due; return how many.

    Of several that are due of one document only the latest is sent. What is paid is not reminded
    of any more.
    """
    due = Reminder.objects.filter(on__lte=today, sent_at__isnull=True)
    ids = due.order_by("receivable").values_list("receivable", flat=True).distinct()
    return sum(_remind(receivable_id, today, now) for receivable_id in list(ids))


def _remind(receivable_id: int, today: date, now: datetime) -> bool:
    with transaction.atomic():
        held: Receivable = ledger.locked(receivable_ids=[receivable_id])[receivable_id]
        rows = held.reminders.filter(on__lte=today, sent_at__isnull=True).order_by("on")
        last = rows.last()
        if last is None:
            return False
        if held.state not in UNPAID:
            rows.delete()
            return False
        rows.update(sent_at=now)
        news.due(receivable=held, is_over=last.days > 0, now=now)
    return True
