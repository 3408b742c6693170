"""What the reports of a month are made from, for many billing accounts at once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, Count, F, Func, QuerySet

from accounts.models import Account
from accounts.selectors.tree import AccountTree, tree_in
from billing_portal.common.periods import Month
from usage.metering.counters import FIRMWARE_UPDATE
from usage.models import Campaign, UsageRecord
from usage.selectors import activity

ROOM_KIB = 65_536
PIECE = 20_000
"""So many rows are read at a time, however many there are."""

Line = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """The accounts of a month by the billing account that they belong to, in order of their ids."""

    month: Month
    tree: AccountTree
    accounts: Mapping[int, Account]
    members: Mapping[int, Sequence[int]]

    @property
    def everybody(self) -> list[int]:
        return sorted(self.payers)

    @property
    def payers(self) -> dict[int, int]:
        """The billing account of each account."""
        return {one: payer for payer, some in self.members.items() for one in some}

    def parents(self, members: Collection[int]) -> dict[int, int | None]:
        """The parent of each of these accounts, if it is one of them."""
        inside = set(members)
        parents = {one: self.tree.places[one].parent_id for one in members}
        return {one: parent if parent in inside else None for one, parent in parents.items()}


class _Stamp(Func):
    """An instant as "2026-10-01 00:00:00[.000000]": to parse it would cost more than all else."""

    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s || '')", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
            **context,
        )


def billed_in(*, month: Month) -> list[int]:
    """The billing accounts of a month: those that were not ended before it."""
    places = tree_in(month=month).places
    payers = [account_id for account_id, place in places.items() if place.is_billing]
    ended = Account.objects.filter(ended_at__lte=month.start).values_list("pk", flat=True)
    return sorted(set(payers) - set(ended))


def cast(*, month: Month, payers: Collection[int]) -> Cast:
    """Who belongs to these billing accounts in a month, in two queries."""
    tree = tree_in(month=month)
    members: dict[int, list[int]] = {payer: [] for payer in payers}
    for account_id, payer in sorted(tree.payers().items()):
        if payer in members:
            members[payer].append(account_id)
    ids = [one for some in members.values() for one in some]
    accounts = {one.pk: one for one in Account.objects.filter(pk__in=ids)}
    return Cast(month, tree, accounts, members)


def active_lines(
    *, accounts: Collection[int], month: Month
) -> Iterator[tuple[int, Iterator[Line]]]:
    """By account, in order of ids: (instant, device id, name) of each device that was active."""
    found = activity.active(accounts=accounts, month=month).order_by("account_id", "device_id")
    lines = found.values_list(
        "account_id", _Stamp(F("first_active_at")), "device__key", "device__name"
    )
    return _by_account(lines)


def update_lines(
    *, accounts: Collection[int], month: Month
) -> Iterator[tuple[int, Iterator[Line]]]:
    """By account: (instant, campaign's id, device id, name, how many) of each firmware update."""
    facts = UsageRecord.objects.filter(
        account_id__in=accounts,
        at__gte=month.start,
        at__lt=month.end,
        meter__code=FIRMWARE_UPDATE,
        quantity__gt=0,
    ).order_by("account_id", "at", "device_id", "variant", "source_id", "event_id")
    lines = facts.values_list(
        "account_id", _Stamp(F("at")), "variant", "device__key", "device__name", "quantity"
    )
    return _by_account(lines)


def _by_account(lines: "QuerySet[Any, Any]") -> Iterator[tuple[int, Iterator[Line]]]:
    with _room():
        yield from groupby(lines.iterator(chunk_size=PIECE), key=itemgetter(0))


@contextmanager
def _room() -> Iterator[None]:
    """Let each database read all of a long list in little time."""
    with _all_of_it() if connection.vendor == "postgresql" else _more_pages():
        yield


@contextmanager
def _all_of_it() -> Iterator[None]:
    """Have PostgreSQL plan for the last row, not for the first tenth.

    Outside a transaction it would keep a copy of the whole list as well.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        yield


@contextmanager
def _more_pages() -> Iterator[None]:
    """Let SQLite keep more: devices lie in another order than the accounts that own them."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        before = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{ROOM_KIB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {int(before)}")


def campaign_names(*, payers: Collection[int], month: Month) -> dict[str, str]:
    """Names of the campaigns that drew on these billing accounts, by id."""
    begun = Campaign.objects.filter(ledger_id__in=payers, started_at__lt=month.end)
    return {pk.hex: name for pk, name in begun.values_list("pk", "name")}


def moved(*, accounts: Collection[int], month: Month) -> dict[int, frozenset[int]]:
    """The devices that were active for more than one of these accounts: which ones, by device."""
    rows = activity.active(accounts=accounts, month=month).order_by()
    often = rows.values("device_id").annotate(owners=Count("pk")).filter(owners__gt=1)
    devices = list(often.values_list("device_id", flat=True))
    owners: dict[int, set[int]] = {}
    pairs = rows.filter(device_id__in=devices).values_list("device_id", "account_id")
    for device_id, account_id in pairs:
        owners.setdefault(device_id, set()).add(account_id)
    return {device_id: frozenset(some) for device_id, some in owners.items()}
