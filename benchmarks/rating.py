"""What rating promises, measured: `python benchmarks/rating.py [--rounds 3]`.

Every figure is that of a process of its own, so that peak memory is its own as well, the Python
process and its libraries included. Wall time on a shared machine says little: CPU time is shown
beside it, and the best of the rounds counts.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.fleets import fleet  # noqa: E402
from invoices.rating import engine, registry  # noqa: E402
from invoices.rating.detail import Detail  # noqa: E402

MIB = 1024
SIZES = {"10k": 161, "100k": 1_613, "1M": 16_130, "6.2M": 100_000}
"""Number of SIMs for so many facts: upload and download on 31 days."""


@dataclass(frozen=True)
class Promise:
    name: str
    seconds: float
    megabytes: float


RATED = Promise("6.2 million facts of 100,000 SIMs rated, without loading", 4, 1_600)
EXPORTED = Promise("detail CSV of that month", 3, 256)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", nargs=2, metavar=("WHAT", "FOR"))
    given = parser.parse_args()
    if given.child:
        print(json.dumps(CHILDREN[given.child[0]](given.child[1])))
        return
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores\n")
    rated = {size: best("rate", size, given.rounds) for size in SIZES}
    with TemporaryDirectory() as folder:
        detail = Path(folder) / "detail.parquet"
        child("write", str(detail))
        exported = best("export", str(detail), given.rounds)
    each = (f"{size} {1e6 * row['cpu'] / row['facts']:.2f}" for size, row in rated.items())
    grow(rated)
    show([(RATED, rated["6.2M"])], f"CPU µs a fact: {', '.join(each)}")
    show([(EXPORTED, exported)], "by the line; memory stays")


def show(found: list[tuple[Promise, dict[str, Any]]], growth: str) -> None:
    """One line for each promise, in the form that script/bench gathers."""
    for promise, figures in found:
        kept = figures["wall"] <= promise.seconds and figures["peak"] <= promise.megabytes
        measured = f"{figures['wall']:.2f} s ({figures['cpu']:.2f} CPU), {figures['peak']:.0f} MB"
        print(
            f"| {promise.name} | {promise.seconds:g} s, {promise.megabytes:,.0f} MB |"
            f" {measured}{'' if kept else ' NOT KEPT'} | {growth} |"
        )


def grow(rated: dict[str, dict[str, Any]]) -> None:
    names = f"{'facts':>9} {'charges':>10} {'wall s':>7} {'CPU s':>7} {'peak MB':>8}"
    print(f"\n{names} {'µs a fact':>10}")
    for figures in rated.values():
        each = figures["cpu"] / figures["facts"] * 1e6
        counts = f"{figures['facts']:>9,} {figures['charges']:>10,}"
        print(f"{counts} {_figures(figures)} {each:>10.2f}")


def _figures(figures: dict[str, Any]) -> str:
    return f"{figures['wall']:>7.2f} {figures['cpu']:>7.2f} {figures['peak']:>8.0f}"


def best(what: str, subject: str, rounds: int) -> dict[str, Any]:
    """The round with the least wall time."""
    return min((child(what, subject) for _round in range(rounds)), key=lambda found: found["wall"])


def child(what: str, subject: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--child", what, subject]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


class Clock:
    """Wall and CPU seconds of a block, and the peak of the process."""

    def __enter__(self) -> "Clock":
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_error: object) -> None:
        self.wall = time.perf_counter() - self._wall
        self.cpu = time.process_time() - self._cpu

    @property
    def figures(self) -> dict[str, float]:
        peak = getrusage(RUSAGE_SELF).ru_maxrss / MIB
        return {"wall": self.wall, "cpu": self.cpu, "peak": peak}


def rate(size: str) -> dict[str, Any]:
    """Rate one account; its facts are in memory, as the loader leaves them."""
    frames, tariff = fleet(SIZES[size])
    with Clock() as clock:
        rated = engine.rate(
            frames,
            tariff=tariff,
            days=tariff.month.days,
            rules=registry.in_force(tariff.month),
        )
    assert not rated.problems
    counts = {"facts": frames.usage.height, "charges": rated.charges.rows.height}
    return clock.figures | counts


def write(path: str) -> dict[str, Any]:
    """Write the detail file of the large month."""
    frames, tariff = fleet(SIZES["6.2M"])
    rules = registry.in_force(tariff.month)
    rated = engine.rate(frames, tariff=tariff, days=tariff.month.days, rules=rules)
    Detail(rated.charges).write(Path(path))
    return {}


def export(path: str) -> dict[str, Any]:
    """Make the CSV of a detail file."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_portal.settings")
    os.environ.setdefault("MEISAI_DEBUG", "1")
    import django

    django.setup()
    import polars as pl

    from invoices.exports import detail

    with Clock() as clock:
        detail.convert(lines=pl.scan_parquet(path), target=Path(path).with_suffix(".csv"))
    return clock.figures


CHILDREN = {"rate": rate, "write": write, "export": export}

if __name__ == "__main__":
    main()
