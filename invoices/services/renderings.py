"""Letting the PDF of an invoice be tried again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.services import audit
from invoices.choices import RenderState
from invoices.models import Rendering


def try_again(*, ids: Iterable[int], actor: str, now: datetime) -> list[int]:
    """Make renderings due at once; done ones stay done. Returns the ids that are due now."""
    with transaction.atomic():
        waiting = Rendering.objects.filter(pk__in=list(ids), state=RenderState.WAITING)
        rows = list(waiting.select_related("invoice").order_by("pk").defer("invoice__snapshot"))
        waiting.update(due_at=now)
        for row in rows:
            audit.record(
                actor=actor, action="rendering.try_again", now=now, subject=row.invoice.label
            )
    return [row.pk for row in rows]
