"""A move that is entered after the fact leaves stored usage where it is: it is billed, once."""

from datetime import timedelta

import pytest

from accounts.models import Account
from invoices.exports import detail
from tests.factories import MONTH, NOW
from tests.invoices.bills import shop
from usage.services.devices import set_owner


@pytest.fixture
def old() -> Account:
    return shop.customer("OLD", sims=0)


@pytest.fixture
def new() -> Account:
    return shop.customer("NEW", sims=0)


def test_usage_of_a_device_that_never_was_the_accounts_after_all_is_still_billed(
    old: Account, new: Account
) -> None:
    device = shop.sim(old)
    shop.use(device, old, 7)
    set_owner(device=device, account=new, since=MONTH.start, now=NOW)
    shop.end_month()
    assert shop.bill_of(old).net == 7
    assert shop.bill_of(new).net == 31 * 10
    assert device.key.encode() in b"".join(detail.stream(shop.bill_of(old)))


def test_usage_of_the_new_owner_is_billed_though_the_old_ones_bill_has_the_days(
    old: Account, new: Account
) -> None:
    device = shop.sim(old)
    shop.end_month(account_keys=["OLD"])
    set_owner(device=device, account=new, since=MONTH.start + timedelta(days=1), now=NOW)
    shop.use(device, new, 7)
    shop.end_month()
    assert shop.bill_of(old).net == 31 * 10
    assert shop.bill_of(new).net == 7
