"""The bills of a shard share a file of details and one of bundles; each still has its own lines."""

from datetime import timedelta
from pathlib import Path

import pytest

from billing_portal.common import files
from invoices.exports import detail
from invoices.models import Bill
from invoices.rating.bundle import unpack
from invoices.selectors import breakdown
from invoices.selectors.evaluations import referred_files
from invoices.services.verification import faults_of
from tests.factories import MONTH
from tests.invoices.bills import shop
from tests.invoices.verification import planting
from usage.models import Device, DeviceLabel

KEYS = ("ONE", "TWO", "THREE")
USED = range(5, 8)


@pytest.fixture
def closed() -> list[Bill]:
    for used, key in zip(USED, KEYS, strict=True):
        shop.customer(key, used=used)
    shop.end_month()
    return bills()


def bills() -> list[Bill]:
    return list(Bill.objects.select_related("account").order_by("account_id"))


def test_one_file_of_each_kind_is_made(closed: list[Bill]) -> None:
    assert len({bill.detail_file for bill in closed}) == 1
    assert len({planting.file_of(bill.bundle_file) for bill in closed}) == 1
    assert len({bill.bundle_file for bill in closed}) == len(KEYS)


def test_each_bill_reads_its_own_lines(closed: list[Bill]) -> None:
    for bill, used in zip(closed, USED, strict=True):
        own = breakdown.read(bill)
        assert own.filter(code="data")["quantity"].to_list() == [used]
        assert set(own["device"].str.split("-").list.first()) == {bill.account.key}
        assert unpack(files.read(bill.bundle_file)).account_id == bill.account_id


def test_the_csv_is_that_of_a_bill_alone(closed: list[Bill], tmp_path: Path) -> None:
    for bill in closed:
        path = tmp_path / bill.account.key
        detail.write_csv(bill=bill, path=path)
        said = path.read_text("utf-8-sig").splitlines()[1:]
        assert len(said) == bill.line_count
        assert all(bill.account.key in line for line in said)


def test_bills_with_other_tags_have_another_file() -> None:
    for key in KEYS:
        shop.customer(key, used=5)
        if key != "TWO":
            device = Device.objects.get(key__startswith=f"{key}-")
            DeviceLabel.objects.create(
                device=device, since=MONTH.start, recorded_at=MONTH.start, tags={"site": "north"}
            )
    shop.end_month()
    one, two, three = bills()
    assert one.detail_file == three.detail_file != two.detail_file


def test_a_changed_line_is_a_fault_of_its_own_bill_too(closed: list[Bill]) -> None:
    planting.rewrite(closed[0].detail_file, planting.one_more)
    first, second, third = ([fault.what for fault in faults_of(bill)] for bill in closed)
    assert any("was altered: it" in what for what in first)
    assert second == third
    assert all("does not hold the bytes that were written" in what for what in second)


def test_the_lines_of_another_bill_are_a_fault(closed: list[Bill]) -> None:
    planting.alter(closed[0], detail_start=closed[1].detail_start)
    found = [fault.what for bill in bills() for fault in faults_of(bill)]
    assert len(found) == 1
    assert "was altered" in found[0]


def test_the_bundle_of_another_bill_is_a_fault(closed: list[Bill]) -> None:
    planting.alter(closed[0], bundle_file=closed[1].bundle_file)
    assert any("is not the one" in fault.what for fault in faults_of(bills()[0]))
    assert list(faults_of(closed[1])) == []


def test_a_file_is_kept_as_long_as_one_bill_needs_it(closed: list[Bill]) -> None:
    with planting.thawed():
        for bill in closed[1:]:
            bill.bundle_file = ""
            bill.save()
    kept = referred_files()["bundles"]
    files.sweep("bundles", keep=kept, older_than=timedelta(seconds=-1))
    assert files.read(closed[0].bundle_file)
