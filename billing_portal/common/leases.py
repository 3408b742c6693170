"""Leases on rows that ask for work: one process has a row at a time, and a dead one loses it.

The row is the truth and the broker only a hint, so a sweep may enqueue what `free` returns as often
as it likes: whoever comes second takes nothing.
"""

import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from django.db import connections, models, transaction
from django.db.models import F, Q

PROC = Path("/proc")
# Few enough for the variables of one statement on every SQLite.
BATCH = 500


class Leased(models.Model):
    """Base of rows that ask for work. Their own state says whether any work is left."""

    due_at = models.DateTimeField(db_index=True)
    lease_owner = models.CharField(max_length=255, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    class Meta:
        abstract = True


LeasedRow = TypeVar("LeasedRow", bound=Leased)


def owner() -> str:
    """Name this process for all machines: "host/pid-namespace:boot:pid:start"."""
    pid = os.getpid()
    return f"{_host()}:{_boot()}:{pid}:{_started(pid)}"


def free(queryset: models.QuerySet[LeasedRow], now: datetime) -> models.QuerySet[LeasedRow]:
    """Return the rows that are due and that nobody holds (any more)."""
    held = queryset.filter(lease_owner__startswith=f"{_host()}:", lease_until__gt=now)
    owners = held.order_by().values_list("lease_owner", flat=True).distinct()
    dead = [name for name in owners if is_dead(name)]
    takeable = Q(lease_owner="") | Q(lease_until__lte=now) | Q(lease_owner__in=dead)
    return queryset.filter(takeable, due_at__lte=now)


def take(
    queryset: models.QuerySet[LeasedRow], *, now: datetime, seconds: int, limit: int | None = None
) -> list[int]:
    """Lease what is free among the rows, the longest due first, and return its keys in order.

    Never waits for and never raises because of rows that others hold: they are left out. A taken
    row counts one attempt more, so a row that kills its worker is seen to do so.
    """
    with transaction.atomic(using=queryset.db):
        rows = free(queryset, now).order_by("due_at", "pk")
        if connections[queryset.db].features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        keys = sorted(rows.values_list("pk", flat=True)[:limit])
        for batch in _batches(keys):
            queryset.model._base_manager.using(queryset.db).filter(pk__in=batch).update(
                lease_owner=owner(),
                lease_until=now + timedelta(seconds=seconds),
                attempts=F("attempts") + 1,
            )
    return keys


def extend(model: type[Leased], keys: Iterable[int], *, now: datetime, seconds: int) -> list[int]:
    """Keep own leases for so many seconds from now; return the keys that are still ours."""
    kept: list[int] = []
    for batch in _batches(sorted(keys)):
        with transaction.atomic():
            mine = model._base_manager.filter(pk__in=batch, lease_owner=owner())
            mine.update(lease_until=now + timedelta(seconds=seconds))
            kept += mine.order_by("pk").values_list("pk", flat=True)
    return kept


def release(model: type[Leased], keys: Iterable[int]) -> None:
    """Give own leases back. What another has taken over meanwhile stays with the other."""
    for batch in _batches(sorted(keys)):
        mine = model._base_manager.filter(pk__in=batch, lease_owner=owner())
        mine.update(lease_owner="", lease_until=None)


def fail(row: Leased, *, error: str, now: datetime, delay: timedelta) -> bool:
    """Note why the work failed, give the lease back and make the row due again after `delay`.

    Returns False, and changes nothing, if another process holds the row by now.
    """
    row.due_at, row.error = now + delay, error
    row.lease_owner, row.lease_until = "", None
    ours = type(row)._base_manager.filter(pk=row.pk, lease_owner__in=["", owner()])
    changed = ours.update(due_at=row.due_at, error=error, lease_owner="", lease_until=None)
    return changed == 1


def _batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def is_dead(name: str) -> bool:
    """Say whether the process of this name is surely gone; others' hosts cannot be judged."""
    host, boot, pid, start = name.split(":")
    if host != _host() or not _boot():
        return False
    return boot != _boot() or _started(pid) != start


def _host() -> str:
    """Name the place where process numbers are unique: the host, or a container in it."""
    try:
        namespace = (PROC / "self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        namespace = ""
    return f"{socket.gethostname()}/{namespace}"


def _boot() -> str:
    """Return the identity of the machine's run, "" where the system does not tell."""
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _started(pid: int | str) -> str:
    """Return when a process started, in clock ticks of this boot; "" if it does not run."""
    try:
        # The command comes second, in brackets, and may hold blanks and brackets itself.
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    state, start = fields[0], fields[19]
    return "" if state in "ZX" else start
