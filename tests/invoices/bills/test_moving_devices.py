"""A device that changes hands is billed to the last cent, once."""

from datetime import timedelta

from invoices.exports import detail
from tests import factories
from tests.factories import MONTH, NOW
from tests.invoices.bills import shop
from usage.services.devices import set_labels, set_owner

MIDDLE = MONTH.start + timedelta(days=10)


def test_between_two_billing_accounts_each_pays_its_days_and_its_usage() -> None:
    old, new = shop.customer("OLD", sims=0), shop.customer("NEW", sims=0)
    device = shop.sim(old)
    set_owner(device=device, account=new, since=MIDDLE, now=MIDDLE)
    shop.use(device, old, 5, at=MIDDLE - timedelta(microseconds=1))
    shop.use(device, new, 7, at=MIDDLE)
    shop.end_month()
    assert shop.bill_of(old).net == 10 * 10 + 5
    assert shop.bill_of(new).net == 21 * 10 + 7


def test_between_two_tenants_it_stays_on_the_bill_of_their_aggregator() -> None:
    payer = shop.customer("PAYER", sims=0)
    tenants = [factories.account(key=key, parent=payer) for key in ("LEFT", "RIGHT")]
    device = shop.sim(tenants[0])
    noon = MIDDLE + timedelta(hours=12)
    set_owner(device=device, account=tenants[1], since=noon, now=MIDDLE)
    shop.use(device, tenants[0], 5, at=noon - timedelta(hours=1))
    shop.use(device, tenants[1], 7, at=noon + timedelta(hours=1))
    run = shop.end_month()
    assert list(run.items.values_list("account__key", flat=True)) == ["PAYER"]
    assert shop.bill_of(payer).net == 31 * 10 + 12


def test_labels_of_the_end_of_the_month_stand_on_every_line() -> None:
    payer = shop.customer("PAYER", sims=0)
    device = shop.sim(payer)
    for group, since in (
        ("first", MONTH.start),
        ("last", MONTH.end - timedelta(microseconds=1)),
        ("next", MONTH.end),
    ):
        set_labels(device=device, tags={"site": group}, group=group, since=since, now=NOW)
    shop.end_month()
    header, *rows = b"".join(detail.stream(shop.bill_of(payer))).decode("utf-8-sig").splitlines()
    assert header.endswith(",amount,site,groupName")
    assert len(rows) == 31
    assert all(row.endswith(",last,last") for row in rows)
