"""What becomes of a device on another bill changes nothing on a bill that it has left."""

from datetime import timedelta

import pytest

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.exports import detail
from invoices.services import verification
from tests.factories import MONTH, NOW
from tests.invoices.bills import shop
from usage.models import Device
from usage.services.devices import set_labels, set_owner, set_status

MOVE = MONTH.start + timedelta(days=10)
LATER = MONTH.start + timedelta(days=20)


@pytest.fixture
def old() -> Account:
    return shop.customer("OLD", sims=0)


@pytest.fixture
def new() -> Account:
    return shop.customer("NEW", sims=0)


def _change(device: Device) -> None:
    set_status(device=device, status="inactive", since=LATER, now=NOW)
    set_labels(device=device, tags={"secret": "theirs"}, group="theirs", since=LATER, now=NOW)


def _is_proved(account: Account, month: Month = MONTH) -> bool:
    return not list(verification.faults_of(shop.bill_of(account, month)))


def test_after_a_move_the_closed_bill_of_the_old_owner_stays_proved(
    old: Account, new: Account
) -> None:
    device = shop.sim(old)
    set_owner(device=device, account=new, since=MOVE, now=MOVE)
    shop.end_month(account_keys=["OLD"])
    _change(device)
    assert _is_proved(old)
    shop.end_month()
    assert shop.bill_of(new).net == 10 * 10
    assert _is_proved(new)


def test_labels_of_the_new_owner_do_not_stand_on_the_bill_of_the_old_one(
    old: Account, new: Account
) -> None:
    device = shop.sim(old)
    set_labels(device=device, tags={"site": "ours"}, group="", since=MONTH.start, now=NOW)
    set_owner(device=device, account=new, since=MOVE, now=MOVE)
    _change(device)
    shop.end_month()
    text = b"".join(detail.stream(shop.bill_of(old)))
    assert b"ours" in text
    assert b"theirs" not in text


def test_a_move_entered_after_the_close_leaves_the_month_with_the_old_owner(
    old: Account, new: Account
) -> None:
    device = shop.sim(old)
    shop.end_month(account_keys=["OLD"])
    set_owner(device=device, account=new, since=MOVE, now=NOW)
    _change(device)
    assert _is_proved(old)
    shop.end_month()
    assert shop.bill_of(new).net == 0
    assert _is_proved(new)
