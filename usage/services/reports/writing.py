"""Writing the files of a shard, and counting what is written: figures and files never differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from accounts.models import Account
from billing_portal.common import csvfile
from usage.selectors import report_sources
from usage.selectors.report_sources import Cast
from usage.services.reports.files import ACTIVE, UPDATES, Sheets, Span

SECONDS = len("2026-10-01T00:00:00")


@dataclass(slots=True)
class Written:
    """By account what the files have of it, by billing account their names."""

    active: dict[int, Span] = field(default_factory=dict)
    updates: dict[int, Span] = field(default_factory=dict)
    devices: dict[int, int] = field(default_factory=dict)
    updated: dict[int, int] = field(default_factory=dict)
    active_files: Mapping[int, str] = field(default_factory=dict)
    updates_files: Mapping[int, str] = field(default_factory=dict)


def write(*, cast: Cast, folder: Path) -> Written:
    """Write and store both files of each billing account, in three queries."""
    done = Written()
    write_active(cast=cast, folder=folder / "active", done=done)
    _write_updates(cast, folder / "updates", done)
    return done


def write_active(*, cast: Cast, folder: Path, done: Written) -> None:
    """Write and store the files of the devices that were active, and count what is in them."""
    sheets, payers = Sheets(folder, ACTIVE, cast.members), cast.payers
    found = report_sources.active_lines(accounts=cast.everybody, month=cast.month)
    for account_id, lines in found:
        rows = _active_rows(lines, cast.accounts[account_id], done.devices)
        done.active[account_id] = sheets.add(payers[account_id], rows)
    done.active_files = sheets.keep()


def _write_updates(cast: Cast, folder: Path, done: Written) -> None:
    sheets, payers = Sheets(folder, UPDATES, cast.members), cast.payers
    names = report_sources.campaign_names(payers=list(cast.members), month=cast.month)
    found = report_sources.update_lines(accounts=cast.everybody, month=cast.month)
    for account_id, lines in found:
        rows = _update_rows(lines, cast.accounts[account_id], names, done.updated)
        done.updates[account_id] = sheets.add(payers[account_id], rows)
    done.updates_files = sheets.keep()


def _active_rows(
    lines: Iterator[Sequence[Any]], account: Account, devices: dict[int, int]
) -> Iterator[tuple[str, ...]]:
    guard, key, number = csvfile.guard, csvfile.guard(account.key), 0
    for _id, at, device, name in lines:
        number += 1
        whole = f"{at[:10]}T{at[11:]}.000Z" if len(at) == SECONDS else stamp(at)
        yield key, whole, guard(device), guard(name)
    devices[account.pk] = number


def _update_rows(
    lines: Iterator[Sequence[Any]],
    account: Account,
    names: Mapping[str, str],
    updated: dict[int, int],
) -> Iterator[tuple[str, ...]]:
    guard, key, total = csvfile.guard, csvfile.guard(account.key), 0
    for _id, at, variant, device, name, quantity in lines:
        campaign = names.get(variant.replace("-", ""), variant)
        total += quantity
        yield key, stamp(at), guard(campaign), guard(device or ""), guard(name or "")
    updated[account.pk] = total


def stamp(text: str) -> str:
    """Write "2026-10-01 00:00:00.123456" as RFC 3339 with milliseconds."""
    return f"{text[:10]}T{text[11:SECONDS]}.{text[SECONDS + 1 : SECONDS + 4]:0<3}Z"
