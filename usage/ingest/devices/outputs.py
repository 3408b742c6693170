"""What people get back of a file of devices: counts, the first problems, results, rejected rows."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext as _

from usage.ingest.formats import CsvCopy
from usage.services.devices import Outcome, Result
from usage.services.devices.cells import written

FIRST_PROBLEMS = 20
HEAD = ["line", "id", "result", "changed", "reason"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was rejected."""

    line: int
    reason: str


@dataclass(slots=True)
class Summary:
    """What became of one file. `changes` counts what was changed of devices, by word."""

    counts: Counter[Result] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    late: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


class Outputs:
    """Gathers the outcome of each row.

    `rejected` gets the rows that were rejected as they came, with line and reason; `results` a line
    for every row, if it is given.
    """

    def __init__(self, copy: CsvCopy, rejected: IO[str], results: IO[str] | None) -> None:
        self.summary = Summary()
        self._copy = copy
        self._results = results
        self._rejected = rejected
        self._rejected.write(copy.head())
        if results is not None:
            results.write(_csv_line(HEAD))

    def take(self, line: int, raw: str, key: str, outcome: Outcome) -> None:
        """Note what became of one row."""
        summary = self.summary
        summary.counts[outcome.result] += 1
        summary.changes.update(outcome.changed)
        summary.late += outcome.late is not None
        if outcome.result == Result.REJECTED:
            self._rejected.write(self._copy.row(raw, line, outcome.reason))
            if len(summary.problems) < FIRST_PROBLEMS:
                summary.problems.append(Problem(line, outcome.reason))
        if self._results is not None:
            self._results.write(_line(line, key, outcome))


def _line(line: int, key: str, outcome: Outcome) -> str:
    reason = outcome.reason
    if outcome.late is not None:
        text = _("Late: %(month)s is closed, its bill stays. The next bill corrects it.")
        reason = text % {"month": outcome.late}
    return _csv_line([str(line), written(key), outcome.result, " ".join(outcome.changed), reason])


def _csv_line(values: Sequence[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(values)
    return text.getvalue()
