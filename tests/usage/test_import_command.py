"""Several files at once, their outputs, what the command refuses, and batches that fill up."""

import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from pytest_django import DjangoAssertNumQueries

from tests.usage.conftest import Sender, World
from tests.usage.sending import air_csv, ndjson, records_csv, run, stored
from usage.ingest import batches
from usage.models import Import, Source, UsageRecord
from usage.services import months
from usage.services.records import ATTEMPTS


@pytest.fixture
def files(world: World, tmp_path: Path) -> list[Path]:
    """Two files of the same name in different folders; the second repeats a row of the first."""
    contents = [records_csv({}, {"event_id": "e2"}), records_csv({}, {"quantity": "x"})]
    paths = [tmp_path / name / "usage.csv" for name in ("a", "b")]
    for path, content in zip(paths, contents, strict=True):
        path.parent.mkdir()
        path.write_text(content)
    return paths


def test_files_are_taken_in_together_and_reported_apart(files: list[Path]) -> None:
    output = io.StringIO()

    assert run(output, *files, source="feed") == 1
    lines = output.getvalue().splitlines()
    assert lines[0] == f"{files[0]}: 2 accepted, 0 duplicate, 0 conflict, 0 rejected, 0 late"
    assert lines[1] == f"{files[1]}: 0 accepted, 1 duplicate, 0 conflict, 1 rejected, 0 late"
    counts = Import.objects.order_by("id").values_list("accepted", "duplicate", "rejected")
    assert list(counts) == [(2, 0, 0), (0, 1, 1)]


def test_each_file_has_its_outputs_in_the_folder(files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    run(io.StringIO(), *files, source="feed", results=out, rejected=out)

    assert sorted(path.name for path in out.iterdir()) == [
        "usage.csv-2.rejected",
        "usage.csv-2.results.csv",
        "usage.csv.rejected",
        "usage.csv.results.csv",
    ]
    assert (out / "usage.csv.results.csv").read_text().splitlines()[1:] == [
        "2,accepted,",
        "3,accepted,",
    ]


@pytest.mark.parametrize("option", ["results", "rejected"])
def test_one_output_for_several_files_is_refused(
    files: list[Path], tmp_path: Path, option: str
) -> None:
    output = io.StringIO()

    assert run(output, *files, source="feed", **{option: tmp_path / "one"}) == 2
    assert f"--{option} must be a folder" in output.getvalue()
    assert not UsageRecord.objects.exists()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"source": ""},
        {"source": "x" * 65},
        {"source": "feed", "format": "xml"},
        {"source": "feed", "country": "Japan"},
    ],
)
def test_wrong_options_are_refused(files: list[Path], options: dict[str, str]) -> None:
    given = [f"--{name}={value}" for name, value in options.items()]
    with pytest.raises(CommandError):
        call_command("import_usage", str(files[0]), *given)

    assert not Source.objects.exists()


@pytest.mark.parametrize("most", [1, 2, 3, 5])
def test_a_small_batch_gives_the_same_results(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    rows = [{"event_id": f"e{n % 4}", "quantity": str(n // 6 - 1)} for n in range(12)]
    whole = sender(records_csv(*rows))
    facts = stored()
    monkeypatch.setattr(batches, "MOST_FACTS", most)
    monkeypatch.setattr("usage.ingest.reading.BLOCK", 100)
    parts = sender(records_csv(*rows), source="other")

    assert parts.results == whole.results
    assert stored("other") == facts


def test_many_bytes_fill_a_batch_too(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_BYTES", 10)
    monkeypatch.setattr("usage.ingest.reading.BLOCK", 300)
    sent = sender(ndjson(*({"event_id": f"e{n}"} for n in range(9))), format="ndjson")

    assert sent.outcomes == ["accepted"] * 9


def test_an_output_that_cannot_be_written_stops_the_command(
    files: list[Path], tmp_path: Path
) -> None:
    output = io.StringIO()

    assert run(output, files[0], source="feed", results=tmp_path / "no" / "folder") == 3
    assert "Send the files again." in output.getvalue()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("failures", "code"), [(2, 0), (ATTEMPTS, 3)])
def test_a_lock_that_does_not_come_is_tried_again(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, failures: int, code: int
) -> None:
    monkeypatch.setattr("usage.services.records.PAUSE", 0)
    lock, left = months.lock, iter(range(failures))

    def fail(**given: Any) -> Any:
        if next(left, None) is not None:
            raise OperationalError("database is locked")
        return lock(**given)

    monkeypatch.setattr(months, "lock", fail)
    assert sender(records_csv({})).code == code
    assert UsageRecord.objects.count() == (code == 0)


def test_gzip_and_plain_files_may_be_mixed(world: World, tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.csv", tmp_path / "b.csv.gz"
    plain.write_text(air_csv({}))
    packed.write_bytes(gzip.compress(air_csv({"type": "s1.slow"}).encode()))

    assert run(io.StringIO(), plain, packed, source="air", format="air-csv") == 0
    assert UsageRecord.objects.count() == 4


def test_the_number_of_queries_does_not_grow_with_the_rows(
    sender: Sender, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [{"event_id": f"e{number}"} for number in range(500)]
    sender(records_csv({}))
    with django_assert_max_num_queries(45):
        assert sender(records_csv(*rows), source="many").outcomes == ["accepted"] * 500
