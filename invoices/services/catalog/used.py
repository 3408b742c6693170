"""Exchange rates that documents were issued with: what a load must not touch."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from billing_portal.common.periods import Month
from invoices.models import Invoice
from invoices.services.catalog.problems import Problems
from invoices.services.catalog.rows import Catalogue, ExchangeRow

KEPT = timedelta(days=7)
"""A rate serves documents of its day and of the seven after it (rules.md Q41)."""


def refuse_used(*, changes: Catalogue, present: Catalogue, problems: Problems) -> None:
    """Note every changed rate that stands on a document. The document keeps its own anyway, but
    then nobody would find there where its figure comes from.
    """
    for key, row in changes.exchange_rates.items():
        label = used_by(row) if key in present.exchange_rates else ""
        if label:
            text = _("Document %(label)s was issued with the rate of this day, which stays so.")
            problems.at(row.origin, "rate", text % {"label": label})


def used_by(row: ExchangeRow) -> str:
    """The number of a document with the rate of this day; empty if there is none."""
    last = row.day + KEPT
    near = Q(month__in={Month.of(row.day), Month.of(last)})
    near |= Q(issue_date__range=(row.day, last))
    said = f'"exchange":{{"currency":"{row.currency}","day":"{row.day.isoformat()}"'
    found = Invoice.objects.filter(near, snapshot__contains=said)
    return found.values_list("label", flat=True).first() or ""
