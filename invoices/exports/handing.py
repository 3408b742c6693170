"""Detail CSVs of bills behind signed addresses that need no header (accounts/api/files.py)."""

from accounts.access import Access
from accounts.services.handing import Gift
from invoices.exports import detail
from invoices.exports.detail_job import DETAIL_CSV
from invoices.selectors import bills

BILL_CSV = "bill-csv"


def give_csv(*, access: Access, key: str) -> Gift:
    """Find the detail CSV of a bill as it is now; raises Bill.DoesNotExist."""
    bill = bills.visible(access=access).select_related("account").get(pk=int(key))
    return Gift(
        name=detail.csv_name(bill, account_key=bill.account.key),
        content_type=DETAIL_CSV.content_type,
        account_key=bill.account.key,
        action=f"{DETAIL_CSV.name}.download",
        pieces=detail.stream(bill),
    )
