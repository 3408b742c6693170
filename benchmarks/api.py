"""The API through the web server as the product starts it, on SQLite and on PostgreSQL (issue 7).

`script/bench api` measures signing in, reading at a fixed rate, exporting a large month and sending
usage, in the world of `benchmarks/world.py`. One client process of this machine asks.
"""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests import postgresql


def main() -> None:
    for backend in os.environ.get("API_BACKENDS", "sqlite postgresql").split():
        folder = Path(os.environ["MEISAI_VAR_DIR"]) / backend
        (folder / "static").mkdir(parents=True)
        url = postgresql.running().url("postgres") if backend == "postgresql" else ""
        environment = os.environ | {"MEISAI_VAR_DIR": str(folder), "DATABASE_URL": url}
        command = [sys.executable, "-m", "benchmarks.api_times", backend]
        subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
