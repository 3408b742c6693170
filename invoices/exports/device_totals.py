"""What the devices of a bill come to, as a file: those that the page lists under its filters."""

from collections.abc import Iterator, Sequence

from django.utils.text import slugify

from billing_portal.common.csvfile import encode, guard
from billing_portal.common.money import plain
from invoices.models import Bill
from invoices.selectors.breakdown import DeviceShare, DeviceShares

LETTERS_OF_A_FILTER = 40
HEADER = ("deviceKind", "deviceId", "groupName", "lines", "amount")


def csv_name(bill: Bill, *, account_key: str, filters: Sequence[str]) -> str:
    """`devices_ACME_japan_2026-10.csv`, with what it was filtered by."""
    words = [slugify(text, allow_unicode=True)[:LETTERS_OF_A_FILTER] for text in filters]
    parts = ["devices", account_key, bill.coverage, bill.month.iso, *filter(None, words)]
    return f"{'_'.join(parts)}.csv"


def stream(shares: DeviceShares) -> Iterator[bytes]:
    """UTF-8 with BOM and CRLF, one line for each device; amounts are net and exact."""
    tags = shares.tag_names
    header = [*HEADER, *(guard(f"tag:{name}") for name in tags)]
    return encode(_rows(header, tags, shares.rows))


def _rows(
    header: Sequence[str], tags: Sequence[str], shares: Sequence[DeviceShare]
) -> Iterator[Sequence[str]]:
    yield header
    for share in shares:
        yield [
            share.kind,
            guard(share.key),
            guard(share.group),
            str(share.lines),
            plain(share.amount),
            *(guard(share.tags.get(name, "")) for name in tags),
        ]
