"""A file that is broken anywhere is refused whole, with a message; whole ones are read however
they are wrapped.
"""

import gzip
import io
import os
from pathlib import Path

import pytest

from tests.usage.conftest import Sender, World
from tests.usage.sending import RECORD, air_csv, ndjson, records_csv, run
from usage.choices import ImportState
from usage.models import Import, UsageRecord

GOOD = records_csv({}).encode()
MANY = records_csv(*({"event_id": f"e{n}"} for n in range(30_000))).encode()
HEADER = ",".join(RECORD)
PACKED = gzip.compress(MANY)

BROKEN = {
    "empty": (b"", "The header lacks: event_id, account"),
    "a column missing": (
        b"event_id,account,device,meter,variant,at\n",
        "The header lacks: quantity.",
    ),
    "a column twice": (f"{HEADER},at\n".encode(), "The header names twice: at."),
    "semicolons": (GOOD.replace(b",", b";"), "The header lacks:"),
    "an open quote in the header": (b'"' + GOOD, "The header lacks:"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "Line 1"),
    "Latin-1 in the last line": (MANY + "é".encode("latin-1"), "Line 30002 is not UTF-8."),
    "half a character at the end": (MANY + "é".encode()[:1], "Line 30002 is not UTF-8."),
    "a NUL in the last line": (MANY + b"\0", "Line 30002 has a NUL character."),
    "a line too long": (MANY + b"x" * ((1 << 20) + 1), "Line 30002 is longer than 1048576"),
    "gzip cut off": (PACKED[:-9], "The gzip file is cut off."),
    "gzip cut in its header": (PACKED[:5], "The gzip file is cut off."),
    "gzip with a wrong sum": (PACKED[:-8] + b"\1\2\3\4" + PACKED[-4:], "The gzip file is damaged"),
    "gzip and more": (PACKED + b"more", "The gzip file is damaged"),
    "gzip of nonsense": (b"\x1f\x8b" + b"x" * 50, "The gzip file is damaged"),
    "gzip of a NUL": (gzip.compress(MANY + b"\0"), "Line 30002 has a NUL character."),
}

WRAPPED = {
    "plain": GOOD,
    "with a BOM": b"\xef\xbb\xbf" + GOOD,
    "gzip": gzip.compress(GOOD),
    "gzip of a BOM": gzip.compress(b"\xef\xbb\xbf" + GOOD),
    "gzip in two parts": gzip.compress(GOOD[:40]) + gzip.compress(GOOD[40:]),
    "LF": GOOD.replace(b"\r\n", b"\n"),
    "no end of line at the end": GOOD.rstrip(),
    "blank lines": GOOD + b"\r\n\r\n",
    "quotes everywhere": b"\r\n".join(
        b",".join(b'"%s"' % cell for cell in line.split(b",")) for line in GOOD.split()
    ),
}


@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_whole(sender: Sender, content: bytes, message: str) -> None:
    sent = sender(content)

    assert sent.code == 2
    assert f"refused. {message}" in sent.output
    assert not UsageRecord.objects.exists()
    row = Import.objects.get()
    assert row.state == ImportState.REFUSED
    assert message in row.error


@pytest.mark.parametrize("content", WRAPPED.values(), ids=WRAPPED)
def test_a_whole_file_is_read_however_it_is_wrapped(sender: Sender, content: bytes) -> None:
    sent = sender(content)

    assert (sent.code, sent.outcomes) == (0, ["accepted"])


def test_a_line_may_have_a_mebibyte(sender: Sender) -> None:
    content = ndjson({}, {"event_id": "e2"}).encode()
    room = (1 << 20) - content.index(b"}\n") - 1
    longest = content.replace(b"}\n", b" " * room + b"}\n", 1)

    assert longest.index(b"\n") == 1 << 20
    assert sender(longest, format="ndjson").outcomes == ["accepted", "accepted"]


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_empty_ndjson_file_has_no_rows(sender: Sender, content: bytes) -> None:
    assert (sender(content, format="ndjson").code, UsageRecord.objects.count()) == (0, 0)


def test_a_file_of_another_format_is_refused(sender: Sender) -> None:
    assert sender(air_csv({})).code == 2
    assert sender(records_csv({}), format="air-csv").code == 2


@pytest.mark.parametrize("name", ["missing", "pipe"])
def test_what_is_no_file_is_refused(world: World, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    output = io.StringIO()

    assert run(output, tmp_path / name, source="feed") == 2
    assert "refused." in output.getvalue()


def test_a_broken_file_does_not_hold_up_the_others(world: World, tmp_path: Path) -> None:
    contents = [b"broken", GOOD, b"broken too"]
    paths = [tmp_path / str(number) for number in range(3)]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)

    assert run(io.StringIO(), *paths, source="feed") == 2
    assert UsageRecord.objects.count() == 1
    states = Import.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["refused", "done", "refused"]
