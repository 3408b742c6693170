"""A measurement on SQLite and on PostgreSQL, each in a process and a data folder of its own."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests import postgresql

BACKENDS = ("sqlite", "postgresql")


def on_each(module: str, backends: Iterable[str] = BACKENDS) -> None:
    """Run a module of `benchmarks`, which is told the backend."""
    for backend in backends:
        folder = Path(os.environ["MEISAI_VAR_DIR"]) / backend
        (folder / "static").mkdir(parents=True)
        url = postgresql.running().url("postgres") if backend == "postgresql" else ""
        environment = os.environ | {"MEISAI_VAR_DIR": str(folder), "DATABASE_URL": url}
        command = [sys.executable, "-m", f"benchmarks.{module}", backend]
        subprocess.run(command, env=environment, check=True)
