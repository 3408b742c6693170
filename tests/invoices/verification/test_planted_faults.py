"""Every fault is found by the proof that is there for it, and by no other, with its place."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

import pytest
from django.core.files.storage import default_storage

from billing_portal.common import files
from invoices.models import BillDayTotal, BillItemTotal, Price
from invoices.services.verification import (
    Fault,
    Proof,
    closed_bills,
    document_faults,
    faults_of,
)
from tests import once
from tests.factories import MONTH
from tests.invoices.bills import shop
from tests.invoices.verification import planting
from usage.models import DeviceStatus, UsageRecord

OCTOBER, NOVEMBER = "ACME japan 2026-10", "ACME japan 2026-11"


class Planted(NamedTuple):
    """What is done, and every (proof, place, words of the finding) that must follow."""

    plant: Callable[[], None]
    found: list[tuple[Proof, str, str]]


def quantity_of_a_record() -> None:
    planting.alter(UsageRecord.objects.get(at__lt=MONTH.end), quantity=6)


def record_is_gone() -> None:
    with planting.thawed():
        UsageRecord.objects.get(at__lt=MONTH.end).delete()


def status_point() -> None:
    planting.alter(DeviceStatus.objects.get(), status="ready")


def price_row() -> None:
    planting.alter(Price.objects.get(item__code="data"), unit_price=Decimal("1.000000000001"))


def item_total() -> None:
    row = BillItemTotal.objects.get(bill=planting.october(), code="data")
    planting.alter(row, amount=row.amount + 1)


def unit_of_an_item() -> None:
    planting.alter(BillItemTotal.objects.get(bill=planting.october(), code="data"), unit="dozen")


def day_total() -> None:
    row = BillDayTotal.objects.get(bill=planting.october(), date="20261010")
    planting.alter(row, amount=row.amount + 1)


def net_of_the_bill() -> None:
    planting.alter(planting.october(), net=Decimal("315.000000000000000000000001"))


def detail_line() -> None:
    planting.rewrite(planting.october().detail_file, planting.one_more)


def detail_in_words() -> None:
    planting.rewrite(planting.october().detail_file, planting.in_words("quantity"))


def detail_without_sense() -> None:
    planting.rewrite(planting.october().detail_file, lambda _content: b"no table")


def detail_is_gone() -> None:
    with files.local_path(planting.october().detail_file) as path:
        path.unlink()


def bundle_table() -> None:
    change = planting.other_text("usage", "\x1f5\x1e", "\x1f6\x1e")
    planting.rebundle(planting.october(), change)


def bundle_table_of_a_first_version() -> None:
    planting.rebundle(planting.october(), planting.as_at_first)
    change = planting.in_part("usage.parquet", planting.one_more)
    planting.rebundle(planting.october(), change)


def bundle_manifest() -> None:
    change = planting.in_part("manifest.json", planting.without("days"))
    planting.rebundle(planting.october(), change)


def bundle_cut_off() -> None:
    name = planting.file_of(planting.october().bundle_file)
    planting.rewrite(name, lambda content: content[:-30])


def bundle_is_gone() -> None:
    default_storage.delete(planting.file_of(planting.october().bundle_file))


def bundle_of_another_month() -> None:
    other = files.read(closed_bills()[1].bundle_file)
    planting.rebundle(planting.october(), lambda _content: other)


def seal_of_the_first_bill() -> None:
    planting.alter(planting.october(), seal="f" * 64)


def snapshot() -> None:
    row = planting.invoice()
    planting.alter(row, snapshot=row.snapshot.replace("ACME", "ACNE"))


SUMS_ALTERED = [
    (Proof.SEAL, OCTOBER, "the bill or one of its sums was altered*"),
    (Proof.RECOMPUTATION, OCTOBER, "rating the inputs again gives other sums *"),
]
OTHER_BYTES = (Proof.SEAL, OCTOBER, "the detail file * does not hold the bytes that were written")

FAULTS = {
    "quantity of a record": Planted(
        quantity_of_a_record,
        [(Proof.INPUTS, OCTOBER, "usage: the database has (*quantity 6) instead of (*quantity 5)")],
    ),
    "record is gone": Planted(
        record_is_gone, [(Proof.INPUTS, OCTOBER, "usage: the database lacks (*quantity 5)")]
    ),
    "status point": Planted(
        status_point,
        [
            (Proof.INPUTS, month, "statuses: the database has (*ready) instead of (*active)")
            for month in (OCTOBER, NOVEMBER)
        ],
    ),
    "price row": Planted(
        price_row,
        [
            (Proof.INPUTS, month, "catalogue: price data///2026-01-01 is *1.000000000001*")
            for month in (OCTOBER, NOVEMBER)
        ],
    ),
    "item total": Planted(item_total, SUMS_ALTERED),
    "unit of an item": Planted(unit_of_an_item, SUMS_ALTERED),
    "day total": Planted(day_total, SUMS_ALTERED),
    "net of the bill": Planted(net_of_the_bill, SUMS_ALTERED),
    "detail line": Planted(
        detail_line,
        [
            OTHER_BYTES,
            (
                Proof.SEAL,
                OCTOBER,
                "the detail file * was altered: it has (*) instead of (*20261001*",
            ),
        ],
    ),
    "detail in words": Planted(
        detail_in_words,
        [
            OTHER_BYTES,
            (
                Proof.SEAL,
                OCTOBER,
                "the detail file * has the columns (*quantity String*) instead of",
            ),
        ],
    ),
    "detail without sense": Planted(
        detail_without_sense,
        [OTHER_BYTES, (Proof.SEAL, OCTOBER, "the detail file * cannot be read: *")],
    ),
    "detail is gone": Planted(
        detail_is_gone, [(Proof.SEAL, OCTOBER, "the detail file * cannot be read: *")]
    ),
    "bundle table": Planted(
        bundle_table, [(Proof.INPUTS, OCTOBER, "*The table usage of the bundle was altered*")]
    ),
    "bundle table of a first version": Planted(
        bundle_table_of_a_first_version,
        [(Proof.INPUTS, OCTOBER, "*The table usage of the bundle was altered*")],
    ),
    "bundle manifest": Planted(
        bundle_manifest, [(Proof.INPUTS, OCTOBER, "*The bundle cannot be read*days*")]
    ),
    "bundle cut off": Planted(
        bundle_cut_off, [(Proof.INPUTS, OCTOBER, "*The bundle cannot be read*")]
    ),
    "bundle is gone": Planted(bundle_is_gone, [(Proof.INPUTS, OCTOBER, "*No such file*")]),
    "bundle of another month": Planted(
        bundle_of_another_month,
        [
            (Proof.INPUTS, OCTOBER, "the bundle * is not the one the bill was made from"),
            (Proof.INPUTS, OCTOBER, "usage: *"),
            (Proof.INPUTS, OCTOBER, "owned: *"),
            (Proof.RECOMPUTATION, OCTOBER, "rating the inputs again gives another detail: *"),
        ],
    ),
    "seal of the first bill": Planted(
        seal_of_the_first_bill,
        [
            (Proof.SEAL, OCTOBER, "*its seal is another"),
            (Proof.SEAL, NOVEMBER, "the seal of the bill before it is not *"),
            (Proof.SEAL, "STM-000001", "The bills are not those that the snapshot names."),
        ],
    ),
    "snapshot": Planted(
        snapshot,
        [
            (Proof.SEAL, "STM-000001", "The snapshot is not the one that was issued."),
            (Proof.SEAL, "STM-000001", "The column counterparty is not what the snapshot says."),
        ],
    ),
}


def _closed() -> None:
    shop.open_shop()
    planting.two_closed_months()


_kept, _open_shop = once.made_with_files(_closed)


def found() -> list[Fault]:
    return [fault for bill in closed_bills() for fault in faults_of(bill)] + document_faults()


def matches(fault: Fault, proof: Proof, where: str, words: str) -> bool:
    parts = words.split("*")
    place = 0
    for part in parts:
        place = fault.what.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return (fault.proof, fault.where) == (proof, where) and fault.what.startswith(parts[0])


@pytest.mark.parametrize("name", once.first_on_both(FAULTS))
def test_a_planted_fault_is_found_by_its_proof_alone(name: str) -> None:
    planted = FAULTS[name]
    planted.plant()
    faults = found()
    assert len(faults) == len(planted.found), faults
    for fault, expected in zip(faults, planted.found, strict=True):
        assert matches(fault, *expected), fault


def test_an_untouched_world_has_no_fault() -> None:
    assert len(closed_bills()) == 2
    assert found() == []


def test_bundles_of_the_first_version_have_no_fault() -> None:
    for bill in closed_bills():
        planting.rebundle(bill, planting.as_at_first)
    assert found() == []
