"""The API through the web server as the product starts it, on SQLite and on PostgreSQL (issue 7).

`script/bench api` measures signing in, reading at a fixed rate, exporting a large month and sending
usage, in the world of `benchmarks/world.py`. One client process of this machine asks.
"""

import os

from benchmarks.backends import BACKENDS, on_each


def main() -> None:
    chosen = os.environ.get("API_BACKENDS")
    on_each("api_times", chosen.split() if chosen else BACKENDS)


if __name__ == "__main__":
    main()
