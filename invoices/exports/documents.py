"""The list of invoices, declared once for its page and its file."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing_portal.common.reports.report import Report
from invoices.filters.documents import InvoiceFilters
from invoices.selectors import documents
from invoices.tables.documents import InvoiceTable, in_words


def _total(found: "QuerySet[Any]") -> dict[str, str]:
    sums = documents.total(found)
    return {"number": _("All together"), **{name: in_words(sums[name]) for name in sums}}


INVOICES = Report(
    name="invoices",
    title=gettext_lazy("Invoices"),
    rows=documents.rows,
    table=InvoiceTable,
    filters=InvoiceFilters,
    reach="money",
    empty=(
        gettext_lazy("No invoices yet"),
        gettext_lazy(
            "An invoice is made when a month is over and final, usually on the first business day "
            "of the next month. Until then, the bill shows what has been counted."
        ),
    ),
    total=_total,
    per_page=25,
    also="invoices/archive.html",
)
