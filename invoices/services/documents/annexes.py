"""Annexes: the detail CSV of each bill on a document, kept with the bytes that its page names."""

from collections.abc import Iterator
from datetime import datetime
from gzip import GzipFile
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from billing_portal.common import files
from invoices.choices import DocumentKind
from invoices.models import Annex, Bill, Invoice
from invoices.pdf import Annexed

KIND = "annex"
PIECE = 1 << 20
LEVEL = 1
"""Of packing: a tenth of the size at a fifth of the time of the default."""


class AnnexMissing(RuntimeError):
    """A bill on a document has no annex yet."""


class AnnexDiffers(RuntimeError):
    """A bill has an annex already, and made again it would be another one."""


def bills_of(*, invoice: Invoice) -> list[Bill]:
    """The bills whose detail belongs to a document; a modified one has those of the first issued.

    A return invoice has none.
    """
    while invoice.kind == DocumentKind.MODIFIED and invoice.corrects is not None:
        invoice = invoice.corrects
    found = Bill.objects.filter(invoice_bill__invoice=invoice)
    return list(found.select_related("account", "annex").order_by("month", "-coverage"))


def named(*, invoice: Invoice) -> tuple[Annexed, ...]:
    """The annexes of a document as its page names them. Raises AnnexMissing."""
    bills = bills_of(invoice=invoice)
    for bill in bills:
        if not hasattr(bill, "annex"):
            raise AnnexMissing(f"{bill} has no annex yet.")
    return tuple(Annexed(bill.annex.name, bill.line_count, bill.annex.sha256) for bill in bills)


def keep(*, bill: Bill, name: str, csv: Path, now: datetime) -> Annex:
    """Store the CSV of a closed bill as its annex, packed.

    Safe to do twice: what is lost comes back with the same bytes. Raises AnnexDiffers where it
    would be another one.
    """
    digest, size = sha256(), 0
    with TemporaryDirectory(prefix="meisai-annex-") as folder:
        path = Path(folder) / name
        with csv.open("rb") as source, path.open("wb") as file, _packer(file) as packed:
            while piece := source.read(PIECE):
                digest.update(piece)
                size += len(piece)
                packed.write(piece)
        found = {"name": name, "sha256": digest.hexdigest(), "size": size}
        stored = files.put_path(KIND, path, suffix="csv.gz", digest=digest.hexdigest())
    made = {"stored_as": stored.name, "made_at": now}
    annex, _is_first = Annex.objects.get_or_create(bill=bill, defaults={**found, **made})
    if annex.sha256 != found["sha256"]:
        raise AnnexDiffers(f"{bill}: the annex would be {found['sha256']}, not {annex.sha256}.")
    return annex


def unpacked(annex: Annex) -> Iterator[bytes]:
    """The bytes of the CSV, piece by piece."""
    with files.open_file(annex.stored_as) as file, GzipFile(fileobj=file) as packed:
        while piece := packed.read(PIECE):
            yield piece


def _packer(file: BinaryIO) -> GzipFile:
    """No file name and no time go into it, so that the same CSV is packed into the same bytes."""
    return GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=file, mtime=0)
