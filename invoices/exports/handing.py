"""Detail CSVs of bills, and PDFs of documents, behind signed addresses that need no header
(accounts/api/files.py).
"""

from accounts.access import Access
from accounts.exports.handing import pieces
from accounts.services.handing import Gift
from invoices.exports import detail
from invoices.exports.detail_job import DETAIL_CSV
from invoices.selectors import bills, documents

BILL_CSV, DOCUMENT = "bill-csv", "document"
FILE_PREFIX = "fd_"
"""Before the number of a document whose PDF was asked for."""


def give_csv(*, access: Access, key: str) -> Gift:
    """Find the detail CSV of a bill as it is now; raises Bill.DoesNotExist."""
    bill = bills.visible(access=access).select_related("account", "annex").get(pk=int(key))
    return Gift(
        name=detail.csv_name(bill, account_key=bill.account.key),
        content_type=DETAIL_CSV.content_type,
        account_key=bill.account.key,
        action=f"{DETAIL_CSV.name}.download",
        pieces=detail.stream(bill),
    )


def give_pdf(*, access: Access, key: str) -> Gift:
    """Find the PDF of a document by its number; raises DocumentFile.DoesNotExist."""
    file = documents.pdf(access=access, label=key)
    return Gift(
        name=f"{key}.pdf",
        content_type="application/pdf",
        account_key=file.invoice.account.key,
        action="invoice.download",
        pieces=pieces(file.stored_as),
    )
