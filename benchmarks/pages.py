"""Every list page's first page, whatever the filter: 300 ms and 15 queries; Home: 300 ms.

`script/bench pages` measures on SQLite and on PostgreSQL, in the world of `benchmarks/world.py`.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests import postgresql


def main() -> None:
    for backend in ("sqlite", "postgresql"):
        folder = Path(os.environ["MEISAI_VAR_DIR"]) / backend
        (folder / "static").mkdir(parents=True)
        url = postgresql.running().url("postgres") if backend == "postgresql" else ""
        environment = os.environ | {"MEISAI_VAR_DIR": str(folder), "DATABASE_URL": url}
        command = [sys.executable, "-m", "benchmarks.page_times", backend]
        subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
