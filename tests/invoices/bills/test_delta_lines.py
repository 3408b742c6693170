"""What comes late for a closed month is on the first bill that is open, and names the month."""

from datetime import timedelta

import pytest

from accounts.models import Account
from invoices.models import BillItemTotal, Invoice
from invoices.services.verification import closed_bills, faults_of
from tests.factories import MONTH, NOW
from tests.invoices.bills import late, shop
from tests.invoices.bills.late import DECEMBER, NOVEMBER, TENTH
from usage.models import Device
from usage.services.devices import set_status

SECOND, JANUARY = MONTH.start + timedelta(days=1), DECEMBER.next


@pytest.fixture
def account() -> Account:
    """ACME has one SIM since October, and 5 units in it; October is closed: 315."""
    account = shop.customer("ACME", used=5)
    shop.end_month()
    return account


def test_late_usage_is_a_line_that_names_its_day(account: Account) -> None:
    late.use(account, 3)
    late.close(NOVEMBER)
    assert late.lines(account, NOVEMBER) == [("20261010", "data", 1, 3)]
    assert shop.bill_of(account, NOVEMBER).net == 300 + 3


def test_its_total_by_item_names_the_month_and_bears_its_tax(account: Account) -> None:
    late.use(account, 3)
    late.close(NOVEMBER)
    total = BillItemTotal.objects.get(bill=shop.bill_of(account, NOVEMBER), code="data")
    assert (total.corrects, total.tax_date) == (MONTH, MONTH.last_day)


def test_a_late_status_takes_back_days(account: Account) -> None:
    set_status(device=Device.objects.get(), status="inactive", since=TENTH, now=NOW)
    late.close(NOVEMBER)
    taken = [(f"202610{day}", "basic", -10, 1) for day in range(11, 32)]
    assert late.lines(account, NOVEMBER)[1:] == taken


def test_nothing_is_told_twice(account: Account) -> None:
    late.use(account, 3)
    late.close(NOVEMBER)
    late.close(DECEMBER)
    assert late.lines(account, DECEMBER) == []


def test_a_correction_is_corrected(account: Account) -> None:
    late.use(account, 3)
    late.close(NOVEMBER)
    late.use(account, 4)
    late.close(DECEMBER)
    assert late.lines(account, DECEMBER) == [("20261010", "data", 1, 4)]


def test_the_running_month_shows_it_already(account: Account) -> None:
    late.use(account, 3)
    late.evaluate(account, NOVEMBER)
    assert late.lines(account, NOVEMBER) == [("20261010", "data", 1, 3)]


def test_old_prices_hold_for_an_old_month(account: Account) -> None:
    late.use(account, 3)
    late.reprice("data", "7")
    late.close(NOVEMBER)
    assert late.lines(account, NOVEMBER) == [("20261010", "data", 1, 3)]


@pytest.fixture
def owed(account: Account) -> Account:
    """In December it comes out that the SIM was in no use since 2 October: 600 too much."""
    late.close(NOVEMBER)
    set_status(device=Device.objects.get(), status="ready", since=SECOND, now=NOW)
    return account


def test_a_bill_is_never_below_zero(owed: Account) -> None:
    late.close(DECEMBER)
    bill = shop.bill_of(owed, DECEMBER)
    assert (int(bill.net), bill.tax_minor, bill.gross_minor) == (0, 0, 0)
    assert late.credit(owed, DECEMBER) == (0, 600)


def test_credit_is_carried_until_it_is_used_up(owed: Account) -> None:
    late.close(DECEMBER)
    late.close(JANUARY)
    assert late.credit(owed, JANUARY) == (-600, 600)
    shop.use(Device.objects.get(), owed, 700, at=JANUARY.next.start)
    late.close(JANUARY.next)
    assert late.credit(owed, JANUARY.next) == (-600, 0)
    assert shop.bill_of(owed, JANUARY.next).net == 100


def test_an_account_whose_first_fact_came_late_is_billed(account: Account) -> None:
    early = MONTH.previous.start
    new = shop.sim(account, since=MONTH.previous.start)
    late.close(NOVEMBER)
    bill = shop.bill_of(account, NOVEMBER)
    assert bill.net == 300 + 300 + 310 + 300, (new, early)


def test_everything_is_proved(account: Account) -> None:
    late.use(account, 3)
    set_status(device=Device.objects.get(), status="ready", since=SECOND, now=NOW)
    for month in (NOVEMBER, DECEMBER):
        late.close(month)
    assert [fault for bill in closed_bills() for fault in faults_of(bill)] == []
    assert Invoice.objects.count() == 3
