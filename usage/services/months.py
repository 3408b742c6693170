"""The gate between intake and close: locking, raising and reading `AccountMonth` rows.

Lock order everywhere: device (of a change point), accounts (while rows are inserted, and by a close
whose coverages share documents), AccountMonth, ledgers, counters, each by key. Call `lock` once in
a transaction, with all keys; a second call may deadlock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Aggregate, F, Max, Min

from accounts.models import Account
from billing_portal.common.periods import Month
from usage.choices import MonthState
from usage.models import AccountMonth

# A CASE of so many branches is still quick to parse.
UPDATE_BATCH = 400


@dataclass(frozen=True, order=True, slots=True)
class MonthKey:
    """Names one AccountMonth. `account_id` is the billing account, not the owner of a device."""

    account_id: int
    coverage: str
    month: Month

    @property
    def pair(self) -> tuple[int, str]:
        return self.account_id, self.coverage


class NoSuchAccount(LookupError):
    """A key names a billing account that does not exist."""


def lock(*, keys: Iterable[MonthKey], and_later: bool = False) -> dict[MonthKey, AccountMonth]:
    """Lock the months of these keys until the end of the caller's transaction.

    Missing rows are inserted: closed if a later month of the same pair is closed, else open. With
    `and_later` all later rows of the same pairs are locked and returned as well, and none can be
    inserted meanwhile: a change point reaches into all of them.
    """
    wanted = set(keys)
    ids = {} if and_later else _ids(wanted)
    missing: list[MonthKey] = []
    if guarded := wanted - ids.keys():
        _lock_accounts(guarded)
        missing = sorted(wanted - _ids(wanted).keys())
        _insert(missing)
        later = {MonthKey(*pair, month) for pair, month in _first_months(guarded).items()}
        ids = _ids(wanted) | _ids(later, later=True)
    rows = _lock_rows(ids)
    _close_what_is_behind(missing, rows)
    return rows if and_later else {key: rows[key] for key in sorted(wanted)}


def with_first_open(*, keys: Iterable[MonthKey]) -> set[MonthKey]:
    """Add to the keys of closed months the first open month of the same pair, where there is one.

    Its bill corrects them, so a bill of it that is being rated must be rated again. Two queries at
    most; nothing is locked, so look again at the states under lock.
    """
    wanted = set(keys)
    closed = closed_through(pairs={key.pair for key in wanted})
    late = {key.pair for key in wanted if key.month <= closed.get(key.pair, key.month.previous)}
    return wanted | {MonthKey(*pair, month) for pair, month in _first_open(late).items()}


def _first_open(pairs: set[tuple[int, str]]) -> dict[tuple[int, str], Month]:
    return _edges(pairs, MonthState.OPEN, Min("month"))


def bump(*, months: Iterable[AccountMonth], late: Mapping[int, int] | None = None) -> None:
    """Raise the version of locked months by one, so that a close that runs now starts again.

    `late` gives the number of new late facts by id of the month; such months are bumped too.
    """
    rows = {row.pk: row for row in months}
    counts = {pk: number for pk, number in (late or {}).items() if number}
    AccountMonth.objects.filter(pk__in=rows).update(version=F("version") + 1)
    for row in rows.values():
        row.version += 1
        row.late_facts += counts.get(row.pk, 0)
    AccountMonth.objects.bulk_update(
        [rows[pk] for pk in sorted(counts)], ["late_facts"], batch_size=UPDATE_BATCH
    )


def closed_through(*, pairs: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Month]:
    """Return the last closed month by (billing account, coverage); pairs without one are absent."""
    return _edges(set(pairs), MonthState.CLOSED, Max("month"))


def _edges(
    pairs: set[tuple[int, str]], state: MonthState, edge: Aggregate
) -> dict[tuple[int, str], Month]:
    """The first or last month in a state, by pair; pairs without one are absent."""
    accounts = {account_id for account_id, _coverage in pairs}
    rows = (
        AccountMonth.objects.filter(account_id__in=accounts, state=state)
        .order_by("account_id", "coverage")
        .values_list("account_id", "coverage")
        .annotate(edge=edge)
    )
    found = {(account_id, coverage): month for account_id, coverage, month in rows}
    return {pair: month for pair, month in found.items() if pair in pairs}


def _ids(keys: Iterable[MonthKey], *, later: bool = False) -> dict[MonthKey, int]:
    """Return the ids of existing rows by key; with `later` those of later months as well."""
    firsts = _first_months(keys)
    if not firsts:
        return {}
    accounts = {account_id for account_id, _coverage in firsts}
    rows = AccountMonth.objects.filter(account_id__in=accounts, month__gte=min(firsts.values()))
    wanted = set(keys)
    found: dict[MonthKey, int] = {}
    there = rows.values_list("account_id", "coverage", "month", "pk")
    for account_id, coverage, month, pk in there:
        key = MonthKey(account_id, coverage, month)
        if key in wanted or (later and key.month >= firsts.get(key.pair, key.month.next)):
            found[key] = pk
    return found


def _first_months(keys: Iterable[MonthKey]) -> dict[tuple[int, str], Month]:
    firsts: dict[tuple[int, str], Month] = {}
    for key in keys:
        firsts[key.pair] = min(firsts.get(key.pair, key.month), key.month)
    return firsts


def _lock_accounts(keys: Iterable[MonthKey]) -> None:
    """Keep others from inserting months of these accounts: a row that is not there has no lock."""
    wanted = {key.account_id for key in keys}
    accounts = Account.objects.filter(pk__in=wanted).order_by("pk")
    found = set(accounts.select_for_update(no_key=True).values_list("pk", flat=True))
    if absent := wanted - found:
        raise NoSuchAccount(f"No account has the id {min(absent)}.")


def _insert(keys: Sequence[MonthKey]) -> None:
    AccountMonth.objects.bulk_create(
        AccountMonth(account_id=key.account_id, coverage=key.coverage, month=key.month)
        for key in keys
    )


def _lock_rows(ids: Mapping[MonthKey, int]) -> dict[MonthKey, AccountMonth]:
    """Lock rows in key order."""
    locked = AccountMonth.objects.filter(pk__in=ids.values()).select_for_update()
    ordered = locked.order_by("account_id", "coverage", "month")
    return {MonthKey(row.account_id, row.coverage, row.month): row for row in ordered}


def _close_what_is_behind(
    inserted: Sequence[MonthKey], rows: Mapping[MonthKey, AccountMonth]
) -> None:
    """Close inserted rows that lie before a closed month: what comes for them is late."""
    last: dict[tuple[int, str], Month] = {}
    for key, row in rows.items():
        if row.state == MonthState.CLOSED:
            last[key.pair] = max(last.get(key.pair, key.month), key.month)
    behind = [rows[key] for key in inserted if key.pair in last and key.month < last[key.pair]]
    for row in behind:
        row.state = MonthState.CLOSED
    AccountMonth.objects.bulk_update(behind, ["state"], batch_size=UPDATE_BATCH)
