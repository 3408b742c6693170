"""The annexes of a document: detail CSVs that are made once, and then are what everybody gets."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.storage import default_storage

from invoices.exports import detail
from invoices.models import Bill, Invoice
from invoices.selectors import breakdown
from invoices.services.documents import annexes


def make(*, invoice_id: int, now: datetime) -> None:
    """Make and keep the annexes that a document lacks; one whose file is lost comes back.

    Safe to run twice and at the same time.
    """
    invoice = Invoice.objects.select_related("corrects").get(pk=invoice_id)
    for bill in annexes.bills_of(invoice=invoice):
        if not hasattr(bill, "annex") or not default_storage.exists(bill.annex.stored_as):
            _make(bill, now)


def _make(bill: Bill, now: datetime) -> None:
    with TemporaryDirectory(prefix="meisai-detail-") as folder:
        path = Path(folder) / "detail.csv"
        with breakdown.scanned(bill) as lines:
            detail.convert(lines=lines, target=path)
        name = detail.csv_name(bill, account_key=bill.account.key)
        annexes.keep(bill=bill, name=name, csv=path, now=now)
