"""The demonstration's usage files: the same for the same month, and only of complete days."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stdnum.jp import cn

from billing_portal.common.periods import Month, months_through
from billing_portal.management.demo.cast import CUSTOMERS, REGISTRATION_NUMBER
from billing_portal.management.demo.files import write_files
from billing_portal.management.demo.logins import demo_logins
from billing_portal.management.demo.story import sims

FIRST = Month(2026, 9)
MONTHS = months_through(FIRST, FIRST.plus(2))
NINTH = datetime(2026, 11, 9, tzinfo=UTC)
TENTH = datetime(2026, 11, 10, tzinfo=UTC)
AGAIN = """
import sys
from datetime import datetime
from pathlib import Path
import django
django.setup()
from billing_portal.common.periods import Month, months_through
from billing_portal.management.demo.files import write_files
first = Month.parse(sys.argv[2])
write_files(
    folder=Path(sys.argv[1]),
    months=months_through(first, first.plus(2)),
    until=datetime.fromisoformat(sys.argv[3]),
)
"""


def written(folder: Path, until: datetime) -> dict[str, bytes]:
    write_files(folder=folder, months=MONTHS, until=until)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def ninth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return written(tmp_path_factory.mktemp("ninth"), NINTH)


def hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_another_process_writes_the_same_files(ninth: dict[str, bytes], tmp_path: Path) -> None:
    command = [sys.executable, "-c", AGAIN, str(tmp_path), FIRST.iso, NINTH.isoformat()]
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    subprocess.run(command, check=True, env=environment)
    again = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert hashes(again) == hashes(ninth)


def test_a_day_later_the_files_have_grown_and_no_row_has_changed(
    ninth: dict[str, bytes], tmp_path: Path
) -> None:
    tenth = written(tmp_path, TENTH)
    grown = {name for name, data in tenth.items() if data != ninth[name]}
    daily = {name for name in tenth if "firmware" not in name}
    assert grown == {name for name in daily if name.startswith("2026-11")}
    for name in grown:
        assert set(ninth[name].splitlines()) < set(tenth[name].splitlines())


def test_every_customer_has_a_file_for_every_month(ninth: dict[str, bytes]) -> None:
    billed = {customer.key for customer in CUSTOMERS if not customer.parent}
    assert {name[:7] for name in ninth} == {month.iso for month in MONTHS}
    assert {name[8:].rsplit("-", 1)[0] for name in ninth} == billed


def test_no_day_that_is_not_complete_is_told(ninth: dict[str, bytes]) -> None:
    air = ninth["2026-11-KAKUU-air.csv"].decode("utf-8-sig").splitlines()[1:]
    night = ninth["2026-11-KAKUU-night.csv"].decode().splitlines()[1:]
    assert max(row.split(",")[1] for row in air) == "20261108"
    assert max(row.split(",")[5] for row in night) < "2026-11-09"


def test_night_usage_lies_between_two_and_six_in_japan(ninth: dict[str, bytes]) -> None:
    rows = ninth["2026-10-SAMPLEFARM-night.csv"].decode().splitlines()[1:]
    hours = {datetime.fromisoformat(row.split(",")[5]).astimezone(UTC).hour for row in rows}
    assert hours == {17, 18, 19, 20}


def test_one_customer_sends_more_beam_requests_than_are_free(ninth: dict[str, bytes]) -> None:
    rows = ninth["2026-10-KAKUU-beam.ndjson"].decode().splitlines()
    assert sum(int(row.rpartition(": ")[2].rstrip("}")) for row in rows) > 100_000


def test_a_sim_that_is_terminated_sends_nothing_more(ninth: dict[str, bytes]) -> None:
    gone = next(sim for sim in sims(FIRST) if sim.fleet.account == "SAMPLEFARM" and sim.place == 5)
    rows = ninth["2026-10-SAMPLEFARM-air.csv"].decode("utf-8-sig").splitlines()
    days = [row.split(",")[1] for row in rows if row.startswith(gone.key)]
    assert max(days) == "20261018"
    assert gone.key.encode() not in ninth["2026-11-SAMPLEFARM-air.csv"]


def test_nothing_of_the_cast_can_be_somebodys() -> None:
    assert all(sim.key.startswith("999") and len(sim.key) == 15 for sim in sims(FIRST))
    assert all(
        login.email.endswith(".example.com") or "@example.com" in login.email
        for login in demo_logins()
    )
    assert not cn.is_valid(REGISTRATION_NUMBER.removeprefix("T"))
