"""What people get back of a file: counts, the first problems, results, rejected rows."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

import polars as pl

from billing_portal.common import files
from usage.ingest.formats import Copy
from usage.ingest.reasons import conflict_text, late_text, text_of
from usage.metering.vocabulary import Outcome

FIRST_PROBLEMS = 10

PROBLEMS = (Outcome.REJECTED.value, Outcome.CONFLICT.value)


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was rejected or is in conflict."""

    line: int
    outcome: str
    reason: str


@dataclass(slots=True)
class FileReport:
    """What became of one file. `error` says why it was refused, "" if it was read."""

    path: Path
    counts: Counter[Outcome] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    rejected_file: str = ""
    error: str = ""

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    @property
    def problem_rows(self) -> int:
        return self.counts[Outcome.REJECTED] + self.counts[Outcome.CONFLICT]


class _Writing(TypedDict):
    encoding: str
    errors: str


class Outputs:
    """Writes the results and the rejected rows of one file, batch by batch.

    Rejected rows are gathered in a temporary file and put into the storage in the end; `rejected`
    names a place for a copy. `results` gets the outcome of every row.
    """

    def __init__(
        self,
        report: FileReport,
        copy: Copy,
        *,
        suffix: str,
        results: Path | None,
        rejected: Path | None,
    ) -> None:
        self.report = report
        self._copy = copy
        self._suffix = suffix
        self._results = results
        self._rejected = rejected
        self._gathered: Path | None = None
        # What a reason says may not exist in the encoding of the file; its rows do.
        self._writing: _Writing = {"encoding": copy.encoding, "errors": "replace"}
        if results is not None:
            results.write_bytes(b"line,result,reason\r\n")

    def take(self, rows: pl.DataFrame) -> None:
        """Take rows in their order: `line`, `raw`, `outcome`, `fault`, `differs`."""
        counts = rows.group_by("outcome").len().iter_rows()
        self.report.counts.update({Outcome(name): count for name, count in counts})
        problems = list(self._problems(rows.filter(pl.col("outcome").is_in(PROBLEMS))))
        if self._results is not None:
            self._write_results(self._results, rows, problems)

    def finish(self) -> str:
        """Store the rejected rows, if there are any, and return the name in the storage."""
        try:
            if self._rejected is not None:
                self._copy_to(self._rejected)
            if self._gathered is None:
                return ""
            return files.put_path("rejected", self._gathered, suffix=self._suffix).name
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Remove what was gathered."""
        if self._gathered is not None:
            self._gathered.unlink(missing_ok=True)
            self._gathered = None

    def _problems(self, rows: pl.DataFrame) -> Iterator[Problem]:
        if rows.is_empty():
            return
        columns = rows.select("line", "raw", "outcome", "fault", "differs")
        with self._gathering().open("a", newline="", **self._writing) as file:
            for line, raw, outcome, fault, differs in columns.iter_rows():
                problem = Problem(line, outcome, self._reason(raw, fault, differs))
                file.write(self._copy.row(raw, line, problem.reason))
                if len(self.report.problems) < FIRST_PROBLEMS:
                    self.report.problems.append(problem)
                yield problem

    def _gathering(self) -> Path:
        if self._gathered is None:
            handle, name = tempfile.mkstemp(suffix=".rejected")
            os.close(handle)
            self._gathered = Path(name)
            self._gathered.write_text(self._copy.head(), newline="", **self._writing)
        return self._gathered

    def _copy_to(self, target: Path) -> None:
        if self._gathered is None:
            target.write_text(self._copy.head(), newline="", **self._writing)
        else:
            shutil.copyfile(self._gathered, target)

    def _reason(self, raw: str, fault: str | None, differs: str | None) -> str:
        if fault is None:
            return conflict_text(differs or "")
        return text_of(fault, self._copy.fields(raw) if ":" in fault else {})

    def _write_results(self, path: Path, rows: pl.DataFrame, problems: list[Problem]) -> None:
        reasons = pl.DataFrame(
            {"line": [p.line for p in problems], "reason": [p.reason for p in problems]},
            schema={"line": pl.Int64, "reason": pl.String},
        )
        late = pl.when(pl.col("outcome") == Outcome.LATE.value).then(pl.lit(late_text()))
        lines = rows.join(reasons, on="line", how="left", maintain_order="left").select(
            "line", "outcome", pl.coalesce("reason", late)
        )
        with path.open("ab") as file:
            lines.write_csv(file, include_header=False, line_terminator="\r\n")
