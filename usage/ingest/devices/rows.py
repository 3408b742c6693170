"""One row of a file of devices to one wish."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from usage.choices import Coverage, DeviceKind, ReportType, Status
from usage.ingest.devices import values
from usage.ingest.devices.columns import ID, IDENTIFIERS, TAG
from usage.models import Plan
from usage.selectors.records import accounts_by_key
from usage.services.devices import Wish, cells


@dataclass(slots=True)
class Reader:
    """Reads the rows of one file. `since` stands in for a cell that is empty or not there."""

    columns: Collection[str]
    since: datetime | None
    _accounts: dict[str, int] = field(default_factory=dict)
    _plans: dict[str, Plan] = field(default_factory=dict)
    _tags: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._plans = {plan.code: plan for plan in Plan.objects.all()}
        self._tags = {
            name: cells.unguarded(name.removeprefix(TAG))
            for name in self.columns
            if name.startswith(TAG)
        }

    def look_up(self, rows: Collection[Mapping[str, str]]) -> None:
        """Find the accounts that these rows name, all at once."""
        keys = {cells.unguarded(row.get("account", "").strip()) for row in rows}
        self._accounts |= accounts_by_key(keys=sorted(keys - self._accounts.keys() - {""}))

    def wish(self, row: Mapping[str, str]) -> Wish:
        """Read a row. Raises RowRefused."""

        def cell(name: str) -> str:
            return row.get(name, "")

        found: dict[str, Any] = {
            "key": values.number(ID, cell(ID)),
            "since": values.instant("since", cell("since")) or self.since,
            "kind": values.one_of("kind", cell("kind"), DeviceKind.values),
            "coverage": values.one_of("coverage", cell("coverage"), Coverage.values),
            "account_id": values.named("account", cell("account"), self._accounts),
            "plan": values.named("plan", cell("plan"), self._plans),
            "status": values.one_of("status", cell("status"), Status.values),
            "options": values.words("options", cell("options")),
            "name": values.text(cell("name")),
            "group": values.text(cell("group")),
            "definition": values.text(cell("definition")),
            "report_type": values.one_of(
                "report_type", cell("report_type"), ReportType.values, clears=True
            ),
        }
        given = ((kind, values.numbers(kind, cell(kind))) for kind in IDENTIFIERS)
        numbers = {kind: some for kind, some in given if some is not None}
        return Wish(**found, **self._labels(row), identifiers=numbers)

    def _labels(self, row: Mapping[str, str]) -> dict[str, Any]:
        """All tags of the column `tags`, then those with columns of their own."""
        whole, said = values.tags(row.get("tags", ""))
        tags: dict[str, str | None] = dict(whole)
        for column, name in self._tags.items():
            if row.get(column, "").strip():
                tags[name] = cells.read(row[column])
        return {"tags": tags, "all_tags": said}
