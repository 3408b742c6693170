"""The files of bills: details and input bundles, those of a shard written and synced together."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from billing_portal.common import files
from invoices.models import Bill, BillCorrection
from invoices.rating.bundle import pack
from invoices.rating.container import to_parquet
from invoices.rating.detail import BLOCK, Detail, written
from invoices.services.bills.shards import Correction, RatedAccount

DETAIL = "detail"
BUNDLE = "bundles"

Kept = Sequence[tuple[Bill, RatedAccount]]


def keep(kept: Kept, *, inputs: bool) -> None:
    """Name in each bill its files, which are complete and synced before anything refers to them.

    `inputs` tells whether the bundle is kept besides the detail.
    """
    with files.together() as batch:
        for part in _parts(kept):
            _keep_details(part, batch)
        for bill, account in kept:
            bill.whole_hash = account.whole.detail.digest if account.whole else bill.detail_hash
        if inputs:
            bundles = [account.bundle for _bill, account in kept]
            names = batch.put_all(BUNDLE, map(pack, bundles), suffix="zips")
            for (bill, _account), bundle, name in zip(kept, bundles, names, strict=True):
                bill.bundle_hash, bill.bundle_file = bundle.digest, name


def correction(made: Correction, *, inputs: bool) -> BillCorrection:
    """The row of a closed month that was rated again; `inputs` keeps what it was rated from."""
    row = BillCorrection(month=made.month, version=made.version)
    if inputs:
        row.bundle_hash = made.bundle.digest
        content = pack(made.bundle)
        row.bundle_file = files.put(BUNDLE, content, suffix="zip", digest=row.bundle_hash).name
    return row


def _parts(kept: Kept) -> Iterator[Kept]:
    """Small ones of one rating together, as many as have the lines of a block; large ones alone."""
    part: list[tuple[Bill, RatedAccount]] = []
    lines = 0
    for bill, account in kept:
        lines += account.detail.line_count
        if part and (lines > BLOCK or not account.detail.shares(part[0][1].detail)):
            yield part
            part, lines = [], account.detail.line_count
        part.append((bill, account))
    if part:
        yield part


def _keep_details(part: Kept, batch: files.Batch) -> None:
    details = [account.detail for _bill, account in part]
    if not details[0].is_small:
        bill = part[0][0]
        bill.detail_hash, bill.detail_file = details[0].digest, _large(details[0])
        return
    names: dict[int, str] = {}
    for (bill, _account), lines in zip(part, written(details), strict=True):
        sheet = id(lines.sheet)
        if sheet not in names:
            names[sheet] = batch.put(DETAIL, to_parquet(lines.sheet), suffix="parquet")
        bill.detail_hash, bill.detail_start = lines.digest, lines.start
        bill.detail_file = names[sheet]


def _large(detail: Detail) -> str:
    """The name of the stored file, which never is in memory as a whole."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "detail.parquet"
        detail.write(path)
        return files.put_path(DETAIL, path, suffix="parquet").name
