"""An account that becomes a tenant: its devices go to another bill from that month on."""

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.services import verification
from tests import factories
from tests.factories import MONTH
from tests.invoices.bills import shop
from usage.services import placements

BEFORE = MONTH.previous


def test_it_is_billed_itself_before_and_by_its_new_payer_afterwards() -> None:
    payer = factories.account(key="PAYER")
    account = shop.customer("MOVES", since=BEFORE.start)
    placements.move(
        account=account,
        since=MONTH.first_day,
        parent=payer,
        is_billing=False,
        actor="staff",
        now=BEFORE.start,
    )
    for month in (BEFORE, MONTH):
        shop.end_month(month)
    assert _net(account, BEFORE) == 300
    assert _net(payer, MONTH) == 310
    assert _net(account, MONTH) == 0
    for bill in verification.closed_bills():
        assert list(verification.faults_of(bill)) == []


def _net(account: Account, month: Month) -> int:
    return int(shop.bill_of(account, month).net)
