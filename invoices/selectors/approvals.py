"""What staff see of a month end before they approve it, and what names it."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from billing_portal.common.money import plain
from invoices.choices import ItemState, OddKind
from invoices.models import Bill, BillingRun, RunItem
from invoices.selectors.review import BillRow, bill_rows, kind_of

COLUMNS = ("account_id", "coverage", "digest", "prepared_by", "note")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed bill, with tax, against last month's. `before_minor` is None without one."""

    item_id: int
    bill_id: int
    digest: str
    account_id: int
    account_key: str
    team_name: str
    coverage: str
    currency: str
    gross_minor: int
    before_minor: int | None
    odd: OddKind | None
    prepared_by: str
    note: str

    @property
    def difference(self) -> int:
        return self.gross_minor - (self.before_minor or 0)


@dataclass(slots=True)
class Sum:
    """The candidates of one currency."""

    currency: str
    bills: int = 0
    gross_minor: int = 0
    before_minor: int = 0


@dataclass(slots=True)
class Candidates:
    """What waits for approval, what differs most from last month first; `seen` names all of it."""

    rows: list[Candidate] = field(default_factory=list)
    seen: str = ""

    @property
    def sums(self) -> list[Sum]:
        sums: dict[str, Sum] = {}
        for row in self.rows:
            one = sums.setdefault(row.currency, Sum(row.currency))
            one.bills += 1
            one.gross_minor += row.gross_minor
            one.before_minor += row.before_minor or 0
        return [sums[currency] for currency in sorted(sums)]


def digest(bill: Bill) -> str:
    """SHA-256 of what a proposed bill says and of what it was made from."""
    parts = (
        *(bill.account_id, bill.coverage, bill.month, bill.currency),
        *(plain(bill.net), bill.tax_minor, bill.gross_minor, bill.line_count),
        *(bill.detail_hash, bill.bundle_hash, bill.tariff_hash),
    )
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def seen(pairs: Iterable[tuple[int, str]]) -> str:
    """SHA-256 that names some proposals: pairs of item and digest, in whatever order."""
    text = "\n".join(f"{item_id} {digest}" for item_id, digest in sorted(pairs))
    return hashlib.sha256(text.encode()).hexdigest()


def candidates(
    *,
    run: BillingRun,
    item_ids: Collection[int] | None = None,
    account_keys: Collection[str] | None = None,
) -> Candidates:
    """All of a run that waits for approval, or some of it, in three queries."""
    items = RunItem.objects.filter(run=run, state=ItemState.PROPOSED).order_by()
    if item_ids is not None:
        items = items.filter(pk__in=item_ids)
    if account_keys is not None:
        items = items.filter(account__key__in=account_keys)
    rows = list(items.only(*COLUMNS))
    now, before = bill_rows(run.month), bill_rows(run.month.previous)
    found = []
    for row in rows:
        pair = row.account_id, row.coverage
        if pair in now:
            last = before[pair].gross_minor if pair in before else None
            found.append(_candidate(row, now[pair], last))
    found.sort(key=lambda one: (-abs(one.difference), one.account_key, one.coverage))
    return Candidates(found, seen((row.pk, row.digest) for row in rows))


def _candidate(item: RunItem, bill: BillRow, last: int | None) -> Candidate:
    return Candidate(
        item_id=item.pk,
        bill_id=bill.pk,
        digest=item.digest,
        account_id=bill.account_id,
        account_key=bill.account_key,
        team_name=bill.team_name,
        coverage=bill.coverage,
        currency=bill.currency,
        gross_minor=bill.gross_minor,
        before_minor=last,
        odd=kind_of(bill.gross_minor, last),
        prepared_by=item.prepared_by,
        note=item.note,
    )
