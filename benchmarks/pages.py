"""Every list page's first page, whatever the filter: 300 ms and 15 queries; Home: 300 ms.

`script/bench pages` measures on SQLite and on PostgreSQL, in the world of `benchmarks/world.py`.
"""

from benchmarks.backends import on_each


def main() -> None:
    on_each("page_times")


if __name__ == "__main__":
    main()
