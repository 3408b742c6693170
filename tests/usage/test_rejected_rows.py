"""Rejected rows come back as a file that can be mended and sent again as it is."""

import io
import json
from pathlib import Path

import pytest

from billing_portal.common import files
from tests import factories
from tests.usage.conftest import Sender, World
from tests.usage.sending import RECORD, air_csv, ndjson, records_csv, run, stored
from usage.models import Import

BAD = {"event_id": "bad", "quantity": "-5"}


def test_the_file_has_the_same_columns_and_line_and_reason(sender: Sender) -> None:
    sent = sender(records_csv({}, BAD, columns=(*RECORD, "note")))

    head, row = sent.rejected.splitlines()
    assert head == "event_id,account,device,meter,variant,at,quantity,note,line,reason"
    assert row.startswith("bad,TEN,440100000000001,data.upload,s1.fast,2026-10-31T23:59:59Z,-5,,3,")


def test_sent_again_unmended_it_is_rejected_again_and_does_not_grow(sender: Sender) -> None:
    first = sender(records_csv({}, BAD))
    second = sender(first.rejected)

    assert second.outcomes == ["rejected"]
    assert second.rejected.splitlines()[0] == first.rejected.splitlines()[0]


@pytest.mark.parametrize("form", ["records-csv", "ndjson", "air-csv"])
def test_mended_it_is_accepted(sender: Sender, form: str) -> None:
    bad = {
        "records-csv": records_csv({"quantity": "-5"}),
        "ndjson": ndjson({"quantity": -5}),
        "air-csv": air_csv({"uploadByteSizeTotal": "-5"}),
    }[form]
    sent = sender(bad, format=form)
    assert sent.outcomes == ["rejected"]
    again = sender(sent.rejected.replace("-5", "5", 1), format=form)

    assert (again.code, again.outcomes) == (0, ["accepted"])
    assert 5 in [row[-1] for row in stored()]


def test_a_conflict_stands_in_it_too(sender: Sender) -> None:
    sent = sender(records_csv({}, {"quantity": "8"}))
    again = sender(sent.rejected.replace("e1,", "e2,", 1))

    assert again.outcomes == ["accepted"]
    assert [row[-1] for row in stored()] == [7, 8]


LINES = {
    "a column too many": "e2,TEN,440100000000001,data.upload,a,b,2026-10-31T23:59:59Z,7",
    "a column too few": "e2,TEN,440100000000001,data.upload,2026-10-31T23:59:59Z,7",
    "an open quote": 'e2,"TEN,440100000000001,data.upload,a,2026-10-31T23:59:59Z,7',
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_row_that_cannot_be_cut_comes_back_whole_in_the_first_column(
    sender: Sender, line: str
) -> None:
    sent = sender(f"{records_csv({})}{line}\r\n")
    assert sent.outcomes == ["accepted", "rejected"]
    quoted = line.replace('"', '""')
    assert sent.rejected.splitlines()[1].startswith(f'"{quoted}",,,,,,,3,')
    assert sender(sent.rejected).outcomes == ["rejected"]


def test_what_is_no_json_comes_back_as_text(sender: Sender) -> None:
    sent = sender("nonsense\n", format="ndjson")

    reason = "The row is not a JSON object."
    assert json.loads(sent.rejected) == {"row": "nonsense", "line": 1, "reason": reason}
    assert sender(sent.rejected, format="ndjson").outcomes == ["rejected"]


def test_nothing_of_a_hostile_row_reaches_the_terminal(sender: Sender) -> None:
    sent = sender(ndjson({"account": "\x1b[2J"}, {"meter": "x" * 5000}), format="ndjson")

    assert "\x1b" not in sent.output
    assert max(map(len, sent.reasons)) < 200


def test_without_a_place_they_are_kept_in_the_storage(world: World, tmp_path: Path) -> None:
    path, output = tmp_path / "usage.csv", io.StringIO()
    path.write_text(records_csv(BAD))
    run(output, path, source="feed")

    row = Import.objects.get()
    assert row.rejected_file.startswith("rejected/")
    assert files.read(row.rejected_file).decode().splitlines()[1].startswith("bad,")
    with files.local_path(row.rejected_file) as kept:
        assert f"Rejected rows: {kept}" in output.getvalue()


def test_a_given_place_gets_a_file_even_without_rejected_rows(sender: Sender) -> None:
    sent = sender(records_csv({}))

    assert sent.rejected == ",".join((*RECORD, "line", "reason")) + "\r\n"
    assert Import.objects.get().rejected_file == ""


def test_only_the_first_problems_are_printed(sender: Sender) -> None:
    rows = [{"event_id": f"e{number}", "quantity": "x"} for number in range(25)]
    sent = sender(records_csv(*rows))

    assert sent.output.count(": rejected: ") == 10
    assert "line 2: rejected: quantity “x” is not a whole number" in sent.output
    assert len(sent.rejected.splitlines()) == 26


def test_the_import_counts_the_rows(sender: Sender, world: World) -> None:
    factories.account_month(account=world.stray, coverage="global", state="closed")
    late = {"event_id": "l", "account": "STR", "device": world.roamer.key}
    sent = sender(records_csv({}, {}, {"quantity": "8"}, BAD, BAD, late))

    row = Import.objects.get()
    counts = (row.accepted, row.duplicate, row.conflict, row.rejected, row.late)
    assert counts == (1, 1, 1, 2, 1)
    assert "usage: 1 accepted, 1 duplicate, 1 conflict, 2 rejected, 1 late" in sent.output
    assert (row.state, row.actor, row.finished_at is None) == ("done", "import_usage", False)
