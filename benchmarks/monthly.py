"""Usage reports of an aggregator with 2,000 tenants and a million devices: a part of `usage.py`."""

import subprocess
import sys

from benchmarks.feeds import ROOT, database


def reports(backend: str) -> None:
    """Print how long a report takes to make, and its pages and its CSV to be sent."""
    with database(backend, "pass") as (folder, environment):
        (folder / "static").mkdir()
        environment["MEISAI_CLOCK"] = "2026-11-21T09:00:00Z"
        command = [sys.executable, "-m", "benchmarks.monthly_times", backend]
        subprocess.run(command, env=environment, check=True, cwd=ROOT)
