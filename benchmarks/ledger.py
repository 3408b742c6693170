"""The service package history with 100,000 events in one month: a part of `benchmarks/usage.py`."""

import subprocess
import sys

from benchmarks.feeds import ROOT, database


def history(backend: str) -> None:
    """Print how long the first page takes, plain and filtered, and for a tenant."""
    with database(backend, "pass") as (folder, environment):
        (folder / "static").mkdir()
        environment["MEISAI_CLOCK"] = "2026-11-21T09:00:00Z"
        command = [sys.executable, "-m", "benchmarks.ledger_times", backend]
        subprocess.run(command, env=environment, check=True, cwd=ROOT)
