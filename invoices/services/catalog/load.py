"""Loads catalogue files: all of them or nothing, and the same files again change nothing."""

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import F

from accounts.services import audit
from invoices.services.catalog import store
from invoices.services.catalog.checks import check
from invoices.services.catalog.closed import closed_months, refuse_closed
from invoices.services.catalog.files import RawRow, find, read
from invoices.services.catalog.parsing import COLUMNS, parse
from invoices.services.catalog.problems import Problems
from invoices.services.catalog.rows import Catalogue
from invoices.services.catalog.used import refuse_used
from usage.choices import MonthState
from usage.models import AccountMonth


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of one kind."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Counts by kind (`meters`, `prices`, …), for the kinds that the files hold."""

    counts: Mapping[str, Counts]

    @property
    def changed_anything(self) -> bool:
        return any(one.added or one.changed for one in self.counts.values())

    @property
    def changed_bills(self) -> bool:
        """Whether anything that bills depend on differs: exchange rates stand on documents only."""
        kinds = [kind for kind, one in self.counts.items() if one.added or one.changed]
        return kinds not in ([], ["exchange_rates"])


def load_catalog(*, path: Path, actor: str, now: datetime) -> LoadReport:
    """Load a catalogue folder or one of its files (docs/catalog.md).

    Rows that the files do not hold stay as they are. Raises CatalogRefused with everything that is
    wrong; nothing is loaded then.
    """
    problems = Problems()
    file, faulty = read_files(path, problems)
    with transaction.atomic():
        present = store.present()
        check(file=file, present=present, faulty=faulty, problems=problems)
        changes = file.changed_from(present)
        report = _report(file, present, changes)
        if report.changed_bills:
            tell_open_months()
        refuse_closed(
            changes=changes,
            present=present,
            closed=closed_months(),
            problems=problems,
        )
        refuse_used(changes=changes, present=present, problems=problems)
        problems.raise_if_any()
        if report.changed_anything:
            store.write(changes, now=now)
            _record(report, path, actor, now)
    return report


def read_files(path: Path, problems: Problems) -> tuple[Catalogue, dict[str, Set[str]]]:
    """Return the rows of the files, and by kind the codes of rows that are faulty themselves."""
    catalogue, raws = Catalogue(), defaultdict[str, list[RawRow]](list)
    for kind, file in find(path, problems):
        rows = read(kind, file, COLUMNS[kind], problems)
        parse(kind, rows, catalogue, problems)
        raws[kind].extend(rows)
    codes = {kind: {str(raw.cells.get("code")) for raw in rows} for kind, rows in raws.items()}
    return catalogue, {kind: found - catalogue.of(kind).keys() for kind, found in codes.items()}


def _report(file: Catalogue, present: Catalogue, changes: Catalogue) -> LoadReport:
    counts = {}
    for kind in store.MODELS:
        rows, there, touched = file.of(kind), present.of(kind), changes.of(kind)
        if rows:
            added = len(touched.keys() - there.keys())
            counts[kind] = Counts(added, len(touched) - added, len(rows) - len(touched))
    return LoadReport(counts)


def tell_open_months() -> None:
    """Raise the version of every open month, in the order of all locks.

    A close that has rated with the old catalogue then sees it and rates again; one that was quicker
    is waited for, and its month counts as closed below (design.md §4.6).
    """
    months = AccountMonth.objects.filter(state=MonthState.OPEN)
    in_order = months.order_by("account_id", "coverage", "month").select_for_update()
    locked = list(in_order.values_list("pk", flat=True))
    if locked:
        months.update(version=F("version") + 1)


def _record(report: LoadReport, path: Path, actor: str, now: datetime) -> None:
    counts = {
        kind: {"added": one.added, "changed": one.changed}
        for kind, one in report.counts.items()
        if one.added or one.changed
    }
    audit.record(actor=actor, action="catalog.load", subject=path.name, detail=counts, now=now)
