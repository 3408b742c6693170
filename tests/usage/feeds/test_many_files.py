"""Thousands of files in one command: found, in a stable order, and one never costs the others."""

import gzip
import io
import os
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.usage.feeds.sending import ROW, Feeder, csv, profile
from tests.usage.sending import run
from usage.ingest.paths import NothingThere, files_in
from usage.models import Import, Source, UsageRecord


def put(folder: Path, **files: str | bytes) -> list[Path]:
    paths = []
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        paths.append(path)
    return paths


def row(number: int, quantity: int = 7) -> str:
    return csv(ROW.replace("e1", f"e{number}").replace(",7,", f",{quantity},"))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    put(tmp_path / "in", b_csv=row(2), a_csv_gz=gzip.compress(row(1).encode()), c__d_csv=row(3))
    put(tmp_path / "in", _hidden="x", c___git="x")
    return tmp_path / "in"


def test_a_folder_is_searched_at_every_depth_in_a_stable_order(inbox: Path) -> None:
    names = [str(path.relative_to(inbox)) for path in files_in([inbox])]
    assert names == ["a.csv.gz", "b.csv", "c/d.csv"]


def test_patterns_and_files_are_taken_as_given_and_once(inbox: Path) -> None:
    given = [inbox / "c" / "d.csv", inbox / "*.csv*", inbox, inbox / "**" / "d.csv"]
    names = [path.name for path in files_in(given)]
    assert names == ["d.csv", "a.csv.gz", "b.csv"]


def test_a_file_whose_name_looks_like_a_pattern_is_itself(tmp_path: Path) -> None:
    path = tmp_path / "a[1].csv"
    path.touch()
    assert files_in([path]) == [path]


@pytest.mark.parametrize("name", ["empty", "empty/*.csv"])
def test_nothing_there_is_a_slip_of_the_pen(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingThere, match="There is no file in"):
        files_in([tmp_path / name])


def test_each_file_and_all_together_are_summed_up(feeder: Feeder, inbox: Path) -> None:
    code, output = feeder.many(profile(), inbox)

    assert code == 0
    sums = "1 accepted, 0 duplicate, 0 conflict, 0 rejected, 0 late, 0 skipped"
    lines = [line.removeprefix(f"{inbox}/") for line in output.splitlines()]
    assert lines[:3] == [f"{name}: {sums}" for name in ("a.csv.gz", "b.csv", "c/d.csv")]
    assert lines[3] == f"3 files: {sums.replace('1', '3')}"


def test_duplicates_and_conflicts_are_found_across_files(feeder: Feeder, tmp_path: Path) -> None:
    put(tmp_path / "in", a=row(1), b=row(1), c=row(1, quantity=8), d=row(2))
    code, output = feeder.many(profile(), tmp_path / "in")

    assert code == 1
    results = ("accepted", "duplicate", "conflict")
    assert list(Import.objects.order_by("id").values_list(*results)) == [
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 1),
        (1, 0, 0),
    ]
    assert "it differs in: quantity." in output
    assert feeder.many(profile(), tmp_path / "in")[0] == 1
    assert UsageRecord.objects.count() == 2


def test_one_bad_file_never_costs_the_others(feeder: Feeder, tmp_path: Path) -> None:
    broken = gzip.compress(row(9).encode())[:-4]
    put(tmp_path / "in", a=row(1), b=broken, c="x,y\n", d=row(1).encode() + b"\xff", e=row(2))
    os.mkfifo(tmp_path / "in" / "pipe")
    code, output = feeder.many(profile(), tmp_path / "in", tmp_path / "in" / "pipe")

    assert code == 2
    assert output.count(": refused.") == 4
    states = Import.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["done", "refused", "refused", "refused", "done", "refused"]
    assert UsageRecord.objects.count() == 2


def test_hundreds_of_files_take_a_constant_number_of_queries(
    feeder: Feeder, tmp_path: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    put(tmp_path / "few", **{f"{n}": row(n) for n in range(3)})
    put(tmp_path / "many", **{f"{n}": row(n) for n in range(300)})
    feeder.many(profile(), tmp_path / "few")
    with django_assert_max_num_queries(45):
        assert feeder.many(profile(), tmp_path / "many")[0] == 0


def test_a_dry_run_shows_the_first_rows_and_stores_nothing(feeder: Feeder, tmp_path: Path) -> None:
    rows = "".join(row(n).split("\n", 1)[1] for n in range(2, 40))
    put(tmp_path / "in", a=row(1) + "e1,,,,\n" + rows, b="x\n")
    code, output = feeder.many(profile(), tmp_path / "in", dry_run=True)

    assert code == 2
    assert (
        "line 2: event e1  device 440100000000001  account TEN  at 2026-10-31T23:59:59Z" in output
    )
    assert "line 3: rejected: at “” is not written as rfc3339." in output
    assert "line 11:" in output
    assert "line 12:" not in output
    assert "refused. The profile names columns" in output
    assert not any(rows.objects.exists() for rows in (Source, Import, UsageRecord))


def test_a_dry_run_of_many_files_shows_some(feeder: Feeder, tmp_path: Path) -> None:
    put(tmp_path / "in", **{f"{n:02}": row(n) for n in range(12)})
    assert "… and 2 more files." in feeder.many(profile(), tmp_path / "in", dry_run=True)[1]


@pytest.mark.parametrize("options", [{"source": "x"}, {"format": "ndjson"}, {"country": "us"}])
def test_the_profile_says_what_other_options_say(
    feeder: Feeder, tmp_path: Path, options: dict[str, str]
) -> None:
    (path,) = put(tmp_path, a=row(1))
    code, output = feeder.many(profile(), path, **options)

    assert (code, "--profile says source and form" in output) == (2, True)


@pytest.mark.parametrize("content", [b"source = 1", b"\xff", b"", None])
def test_a_profile_that_cannot_be_used_refuses_the_command(
    feeder: Feeder, tmp_path: Path, content: bytes | None
) -> None:
    (path,) = put(tmp_path, a=row(1))
    given = tmp_path / "p.toml"
    if content is not None:
        given.write_bytes(content)

    assert run(io.StringIO(), path, profile=given) == 2
    assert not Source.objects.exists()
