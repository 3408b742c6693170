"""How files are cut, and what becomes of the rows that are no facts."""

import gzip

import pytest

from accounts.models import Account
from tests import factories
from tests.usage.conftest import World
from tests.usage.feeds.sending import HEADER, ROW, Feeder, csv, profile
from usage.choices import IdentifierKind
from usage.models import DeviceIdentifier, DeviceOwner, Import, UsageRecord

MAPPED = {
    "more": '[values.class]\ncolumn = "type"\nmap = { DATA = "d", "" = "none" }',
    "fact": 'meter = "data.upload"\nvariant = "{class}-x"\nquantity = 1',
}
NAMED = 'columns = ["id", "device", "at", "bytes", "type"]'

CUT = {
    "as it is": ("", csv(ROW).encode()),
    "gzip": ("", gzip.compress(csv(ROW).encode())),
    "a BOM": ("", b"\xef\xbb\xbf" + csv(ROW).encode()),
    "CRLF": ("", csv(ROW).replace("\n", "\r\n").encode()),
    "tabs": ('delimiter = "\\t"', csv(ROW).replace(",", "\t").encode()),
    "Japanese": ('encoding = "cp932"', csv(ROW.replace("DATA", "①データ")).encode("cp932")),
    "UTF-16": ('encoding = "utf-16"', csv(ROW).encode("utf-16")),
    "UTF-16, gzip": ('encoding = "utf-16-le"', gzip.compress(csv(ROW).encode("utf-16-le"))),
    "no header": (NAMED, f"{ROW}\n".encode()),
    "own names": (f"{NAMED}\nskip_lines = 1", csv(ROW).encode()),
    "a preamble": ("skip_lines = 2", b"Report\n\n" + csv(ROW).encode()),
    "comments": ('comment = "#"', b"# a\n" + csv("# b", ROW, '# "c').encode()),
    "other quotes": ('quote = "\'"', csv(ROW.replace("DATA", "'a,\"b'")).encode()),
    "no quotes": ('quote = ""', csv(ROW.replace("DATA", '5" pipe')).encode()),
    "escapes": ('escape = "\\\\"', csv(ROW.replace("DATA", '"a\\"b,c"')).encode()),
    "blanks": (
        "trim = true",
        csv(ROW.replace(",", " , "), header=HEADER.replace(",", " ,")).encode(),
    ),
    "other columns": ("", csv(f"{ROW},x", header=f"{HEADER},line").encode()),
    "empty names": ("", csv(f"{ROW},,", header=f"{HEADER},,").encode()),
    "a line break": ("", csv(ROW.replace("DATA", '"a\nb"')).encode()),
}


@pytest.mark.parametrize(("options", "content"), CUT.values(), ids=CUT)
def test_a_file_is_cut_as_the_profile_says(feeder: Feeder, options: str, content: bytes) -> None:
    sent = feeder(profile(csv=options), content)

    assert (sent.outcomes, sent.reasons) == (["accepted"], [""]), sent.output


REFUSED = {
    "a missing column": ("", "id,at\n", "does not have: device, bytes. The file has: id, at."),
    "nothing": ("", "", "The file has: –."),
    "only comments": ('comment = "#"', "# a\n# b\n", "does not have"),
    "a column twice": ("", f"{HEADER},at\n", "The header names twice: at."),
    "a terminal's cursor": ("", "\x1b[2J,id\n", "The file has: \\x1b[2J, id."),
}


@pytest.mark.parametrize(("options", "content", "said"), REFUSED.values(), ids=REFUSED)
def test_a_file_without_its_columns_is_refused(
    feeder: Feeder, options: str, content: str, said: str
) -> None:
    sent = feeder(profile(csv=options), content)

    assert sent.code == 2
    assert said in sent.output


@pytest.mark.parametrize(
    ("encoding", "content", "line"),
    [
        ("shift_jis", csv(ROW, ROW).encode() + b"\x81", 4),
        ("cp932", csv(ROW).encode() + b"a\n\x81 ,\n" + csv(ROW).encode(), 4),
        ("us-ascii", csv(ROW, ROW.replace("DATA", "é")).encode(), 3),
        ("utf-16", csv(ROW).encode("utf-16") + b"x", 3),
        ("euc-jp", "あ".encode("cp932"), 1),
    ],
)
def test_a_sign_that_is_none_of_the_encoding_refuses_the_file(
    feeder: Feeder, encoding: str, content: bytes, line: int
) -> None:
    sent = feeder(profile(csv=f'encoding = "{encoding}"'), content)

    assert f"Line {line} is not {encoding}." in sent.output
    assert not UsageRecord.objects.exists()


def test_what_is_outside_its_map_rejects_the_row_naming_value_and_map(feeder: Feeder) -> None:
    sent = feeder(profile(**MAPPED), csv(ROW, ROW.replace("DATA", "FAX").replace("e1", "e2")))

    assert sent.reasons == ["", "type “FAX” is not in the map of [values.class]."]


def test_a_default_takes_what_is_outside(feeder: Feeder) -> None:
    text = profile(**MAPPED).replace('"none" }', '"none" }\ndefault = "other"')
    feeder(text, csv(ROW.replace("DATA", "FAX")))

    assert UsageRecord.objects.get().variant == "other-x"


@pytest.mark.parametrize(
    ("options", "text", "result"),
    [
        ('case = "upper"', "data", "d-x"),
        ('remove = " -[]^"', "D-A[T^A ]", "d-x"),
        ("first = 4", "DATABASE", "d-x"),
        ('remove = "-"\ncase = "upper"\nfirst = 4', "da-ta-base", "d-x"),
    ],
)
def test_a_value_is_brought_into_shape_first(
    feeder: Feeder, options: str, text: str, result: str
) -> None:
    whole = profile(**MAPPED).replace("map =", f"{options}\nmap =")
    feeder(whole, csv(ROW.replace("DATA", text)))

    assert UsageRecord.objects.get().variant == result


@pytest.mark.parametrize(
    ("test", "skipped"),
    [
        ('equals = "DATA"', [0]),
        ('equals = ["DATA", "SMS"]', [0, 1]),
        ('not_equals = "DATA"', [1, 2]),
        ('matches = "?A*"', [0]),
        ('matches = ["S.S", "S*"]', [1]),
        ('not_matches = "*A*"', [1, 2]),
        ("empty = true", [2]),
        ("empty = false", [0, 1]),
    ],
)
def test_rows_are_passed_over_and_counted(feeder: Feeder, test: str, skipped: list[int]) -> None:
    rows = [
        ROW.replace("e1", f"e{n}").replace("DATA", kind)
        for n, kind in enumerate(("DATA", "SMS", ""))
    ]
    sent = feeder(profile(f'[[skip]]\ncolumn = "type"\n{test}'), csv(*rows))

    assert [n for n, outcome in enumerate(sent.outcomes) if outcome == "skipped"] == skipped
    assert Import.objects.get().skipped == len(skipped)
    assert (sent.code, f"{len(skipped)} skipped" in sent.output) == (0, True)


def test_a_row_without_any_fact_is_rejected(feeder: Feeder) -> None:
    fact = 'meter = "data.upload"\nquantity = 1\nwhen = [{ column = "type", equals = "DATA" }]'
    sent = feeder(profile(fact=fact), csv(ROW, ROW.replace("DATA", "FAX").replace("e1", "e2")))

    assert sent.reasons == ["", "The row is none of the facts of the profile."]


@pytest.fixture
def iccid(world: World) -> DeviceIdentifier:
    return DeviceIdentifier.objects.create(
        device=world.sim, kind=IdentifierKind.ICCID, value="8981"
    )


def test_a_device_is_known_by_another_identifier(
    feeder: Feeder, world: World, iccid: DeviceIdentifier
) -> None:
    text = profile(device='id = "{device}"\nkind = "iccid"')
    rows = [ROW.replace("440100000000001", "8981"), ROW.replace("e1", "e2")]
    sent = feeder(text, csv(*rows))

    assert UsageRecord.objects.get().device == world.sim
    assert sent.reasons == ["", "There is no device with the ICCID 440100000000001."]


def test_a_fact_without_a_device_is_of_the_account_that_a_column_names(
    feeder: Feeder, ten: Account
) -> None:
    text = profile(account='"{type}"', device='id = "{device}"\nrequired = false')
    bare = ",".join(("e1", "", *ROW.split(",")[2:4], "TEN"))
    rows = [bare, bare.replace("e1", "e2").replace("TEN", "NOBODY"), bare.replace("TEN", "")]
    sent = feeder(text, csv(*rows, ROW.replace("DATA", "STR").replace("e1", "e4")))

    assert UsageRecord.objects.get().account == ten
    assert sent.reasons == [
        "",
        "There is no account NOBODY.",
        "device is empty.",
        "device “440100000000001” did not belong to this account at that time.",
    ]


def test_the_owner_at_that_instant_is_the_account(feeder: Feeder, world: World) -> None:
    DeviceOwner.objects.create(
        device=world.sim,
        account=world.stray,
        since=factories.MONTH.start.replace(day=15),
        recorded_at=factories.NOW,
    )
    rows = [ROW, ROW.replace("e1", "e2").replace("10-31", "10-14"), ROW.replace("2026", "2025")]
    sent = feeder(profile(), csv(*rows[:2], rows[2].replace("e1", "e3")))

    owners = UsageRecord.objects.order_by("event_id").values_list("account__key", flat=True)
    assert list(owners) == ["STR", "TEN"]
    assert sent.reasons[2] == "device “440100000000001” did not exist yet at that time."


def test_columns_that_are_called_like_ours_are_theirs(feeder: Feeder) -> None:
    header = "line,raw,fault,file,row,at,event,quantity_0"
    text = profile(
        event_id='["line", "raw", "file", "event"]',
        device='id = "{fault}"',
        fact='meter = "data.upload"\nvariant = "{row}"\nquantity = { column = "quantity_0" }',
    )
    row = "1,2,440100000000001,3,var,2026-10-31T23:59:59Z,4,5"
    assert feeder(text, csv(row, header=header)).outcomes == ["accepted"]
    found = UsageRecord.objects.get()
    assert (found.event_id, found.variant, found.quantity) == ("1/2/3/4", "var", 5)


HOSTILE = ["=cmd|' /C calc'!A0", "<script>", "\u202eabc", "^a$", "{0}", "%(field)s", "x" * 9_999]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_are_only_text(feeder: Feeder, text: str) -> None:
    sent = feeder(profile(**MAPPED), csv(ROW.replace("DATA", text), header=HEADER))

    assert sent.outcomes == ["rejected"]
    shown = text.replace("\u202e", "\\u202e")
    assert f"type “{shown[:20]}" in sent.reasons[0]
