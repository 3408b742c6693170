"""Rejected rows are written in the form of the feed: mended, the same profile takes them in."""

import pytest

from tests.usage.feeds.sending import ROW, Feeder, csv, profile
from usage.models import UsageRecord

BAD = ROW.replace("e1", "e2").replace(",7,", ",x,")
NAMED = 'columns = ["id", "device", "at", "bytes", "type"]'

FORMS = {
    "a header": ("", csv(ROW, BAD)),
    "semicolons": ('delimiter = ";"', csv(ROW, BAD).replace(",", ";")),
    "Japanese": ('encoding = "cp932"', csv(ROW, BAD.replace("DATA", "データ"))),
    "UTF-16": ('encoding = "utf-16"', csv(ROW, BAD)),
    "lines before it": ("skip_lines = 2", f"of today\n,\n{csv(ROW, BAD)}"),
    "no quotes": ('quote = ""', csv(ROW, BAD.replace("DATA", 'a"'))),
    "escapes": ('escape = "\\\\"', csv(ROW, BAD.replace("DATA", '"a\\"b"'))),
    "no header": (NAMED, f"{ROW}\n{BAD}\n"),
    "no header, comments": (f'{NAMED}\ncomment = "#"', f"{ROW}\n{BAD}\n"),
}


@pytest.mark.parametrize(("options", "content"), FORMS.values(), ids=FORMS)
def test_it_is_mended_and_sent_again(feeder: Feeder, options: str, content: str) -> None:
    text = profile(csv=options)
    coding = "cp932" if "cp932" in options else "utf-16" if "utf-16" in options else "utf-8"
    first = feeder(text, content.encode(coding), rejected=(path := feeder.folder() / "rejected"))
    mended = path.read_bytes().decode(coding).replace("x", "9")
    again = feeder(text, mended.encode(coding))

    assert first.outcomes == ["accepted", "rejected"]
    assert again.outcomes == ["accepted"], mended
    assert UsageRecord.objects.get(event_id="e2").quantity == 9


def test_line_and_reason_stand_beside_the_row(feeder: Feeder) -> None:
    rejected = feeder(profile(), csv(ROW, BAD)).rejected.splitlines()

    assert rejected[0].endswith(",type,line,reason")
    assert rejected[1].endswith(",x,DATA,3,bytes “x” is not a number as the profile describes it.")


def test_without_a_header_they_stand_in_a_comment(feeder: Feeder) -> None:
    text = profile(csv=f'{NAMED}\ncomment = "#"')
    rejected = feeder(text, f"{ROW}\n{BAD}\n").rejected.splitlines()

    assert rejected == ["# 2: bytes “x” is not a number as the profile describes it.", BAD]
