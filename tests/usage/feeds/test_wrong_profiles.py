"""Whatever is wrong in a profile is told with key and line, and nothing is guessed."""

import time

import pytest

from tests.usage.feeds.sending import Feeder, csv, problems, profile
from usage.ingest.feeds.parsing import parse

FACT = 'meter = "m"\nquantity = '
MAP = '[values.v]\ncolumn = "type"\nmap = '

WRONG = {
    "no TOML": ("source = ", "This is not TOML"),
    "a key twice": (profile(source='"a"\nsource = "b"'), "This is not TOML"),
    "an unknown key": (profile(csv='delimitter = ";"'), "csv.delimitter: There is no such key."),
    "a suggestion": (profile(csv='delimitter = ";"'), "Did you mean delimiter?"),
    "an unknown table": (profile("[defice]\nid = 1"), "Did you mean device?"),
    "no source": (profile().replace('source = "feed"', ""), "source: This key is missing."),
    "blanks around the source": (profile(source='" a"'), "without blanks at its ends"),
    "no event id": (profile().replace('event_id = "id"', ""), "event_id: This key is missing."),
    "an empty event id": (profile(event_id="[]"), "event_id: The list is empty."),
    "a column twice": (profile(event_id='["a", "a"]'), "A column stands here twice."),
    "no event id but a number": (profile(event_id="7"), "Write a text in quotes, or a list"),
    "nobody's": (profile(device=""), "Say whose fact a row is"),
    "one device for all": (profile(device='id = "device"'), "the same for every row"),
    "no such kind": (profile(device='id = "{d}"\nkind = "icid"'), "Did you mean iccid?"),
    "no instant": (profile(at=""), "The table [at] is missing."),
    "no zone": (profile(at='column = "at"\nformat = "%Y-%m-%d %H:%M"'), "The format has no zone"),
    "a zone too many": (profile(at='column = "at"\nzone = "UTC"'), "says the zone already"),
    "no such zone": (
        profile(at='column = "at"\nformat = "%Y-%m-%d %H:%M"\nzone = "Europe/Berln"'),
        "There is no zone 'Europe/Berln'. Write its IANA name, such as Asia/Tokyo. Did you mean",
    ),
    "a day with a time": (profile(at='column = "at"\nwhole_day = true'), "has a time, but"),
    "a time without one": (
        profile(at='column = "at"\nformat = "%Y-%m-%d"\nzone = "UTC"'),
        "has no time: add %H:%M:%S, or say whole_day = true.",
    ),
    "no such sign": (profile(at='column = "at"\nformat = "%Q"'), "%Q is not known."),
    "a lone per cent sign": (profile(at='column = "at"\nformat = "%Y%"'), "is not known."),
    "no year": (profile(at='column = "at"\nformat = "%d.%m. %H:%M"'), "It has no year"),
    "no day": (profile(at='column = "at"\nformat = "%Y-%m %H:%M"'), "It has no day"),
    "digits that flow together": (
        profile(at='column = "at"\nformat = "%Y%-m%-d %H:%M"'),
        "there must be a sign that is no digit",
    ),
    "half a clock": (profile(at='column = "at"\nformat = "%Y-%m-%d %I:%M"'), "%I and %p"),
    "seconds without minutes": (
        profile(at='column = "at"\nformat = "%Y-%m-%d %H %S"'),
        "It has a part of the time, but not the greater one.",
    ),
    "no fact": (profile(fact="").replace("[fact]", ""), "at least one table [[fact]]"),
    "two facts of one suffix": (profile(f"[[fact]]\n{FACT}1"), "Two facts have this suffix"),
    "a suffix with a slash": (profile(fact=f'suffix = "a/b"\n{FACT}1'), "Write letters, digits"),
    "no meter": (profile(fact="quantity = 1"), "meter: This key is missing."),
    "no quantity": (profile(fact='meter = "m"'), "quantity: This key is missing."),
    "a float": (profile(fact=f'{FACT}{{ column = "b", factor = 0.1 }}'), "in quotes"),
    "a factor of nothing": (profile(fact=f'{FACT}{{ column = "b", factor = 0 }}'), "above 0"),
    "a negative constant": (profile(fact=f"{FACT}-1"), "from 0 to 9223372036854775807"),
    "from without to": (profile(fact=f'{FACT}{{ from = "a" }}'), "either column, or from and to"),
    "both": (profile(fact=f'{FACT}{{ column = "b", from = "a", to = "c" }}'), "either column"),
    "decimals of instants": (
        profile(fact=f'{FACT}{{ from = "a", to = "c", decimal = "," }}'),
        "from and to have none",
    ),
    "one mark for two": (
        profile(fact=f'{FACT}{{ column = "b", decimal = ",", thousands = "," }}'),
        "not the decimal mark",
    ),
    "a brace too many": (profile(fact='meter = "{m"\nquantity = 1'), "{{ or }} for a brace"),
    "an empty name": (profile(fact='meter = "{}"\nquantity = 1'), "{{ or }} for a brace"),
    "an unused value": (profile('[values.v]\ncolumn = "x"'), "Nothing uses this value"),
    "a map of numbers": (
        profile(f"{MAP}{{ a = 1 }}", fact='meter = "{v}"\nquantity = 1'),
        "pairs of texts",
    ),
    "a default without a map": (
        profile('[values.v]\ncolumn = "x"\ndefault = "y"', fact='meter = "{v}"\nquantity = 1'),
        "A default needs a map.",
    ),
    "two tests": (profile('[[skip]]\ncolumn = "a"\nempty = true\nequals = "b"'), "exactly one of"),
    "no test": (profile('[[skip]]\ncolumn = "a"'), "exactly one of"),
    "a codec that is none": (profile(csv='encoding = "zlib"'), "is none of: utf-8"),
    "a long delimiter": (profile(csv='delimiter = ";;"'), "Write one sign"),
    "a letter for it": (profile(csv='delimiter = "x"'), "Write one sign"),
    "quotes like delimiters": (profile(csv='delimiter = "|"\nquote = "|"'), "must differ"),
    "a column that is not named": (
        profile(csv='columns = ["id", "device", "at", "byte"]'),
        "The profile reads a column that is not named here: bytes. Did you mean byte?",
    ),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told(text: str, said: str) -> None:
    assert said in problems(text)


def test_every_problem_is_told_at_once_with_its_line() -> None:
    found = problems(profile(source="7", csv='delimitter = ";"', device='id = "{d}"\nkind = "x"'))

    assert [line.split(":")[0] for line in found.splitlines()] == [
        "Line 1, source",
        "Line 4, csv.delimitter",
        "Line 7, device.kind",
    ]


def test_the_line_is_that_of_the_right_table_among_equal_ones() -> None:
    more = '[[fact]]\nsuffix = "a"\nmeter = "m"\nquantity = 1\n[[fact]]\nsuffix = "b"\nmetre = 1'

    assert "Line 16, fact[3].metre" in problems(profile(more))


BOMBS = {
    "too large": ("#" * (257 << 10), "larger than 256 KiB"),
    "brackets": ("a = " + "[" * 100_000, "Line 1: brackets are nested more than 8 deep."),
    "tables in tables": ("a = " + "{a = " * 5_000, "brackets are nested more than 8 deep."),
    "a dotted key": ("a." * 100_000 + "b = 1", "Line 1: more than 32 dots"),
    "a dotted header": ("\n[a" + ".b" * 50_000 + "]", "Line 2: more than 32 dots"),
    "a long number": ("a = 1" + "0" * 5_000, "This is not TOML"),
    "entries": ("a = [" + "1," * 100_000 + "]", "more than 20000 entries"),
    "open quotes": ('a = "' * 30_000, "This is not TOML"),
    "half of a pair": ('a = "\\ud800"', "This is not TOML"),
    "many facts": (profile("".join(f'[[fact]]\nsuffix="{n}"\n' for n in range(17))), "more than"),
    "a greedy pattern": (
        profile(f'[[skip]]\ncolumn = "a"\nmatches = "{"*a" * 300}"'),
        "longer than 500",
    ),
}


@pytest.mark.parametrize(("text", "said"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_at_once(text: str, said: str) -> None:
    began = time.monotonic()

    assert said in problems(text)
    assert time.monotonic() - began < 5


def test_signs_in_texts_are_no_brackets_and_no_dots() -> None:
    assert (
        parse(
            profile(
                more=f'# {"[" * 99}\n[values.v]\ncolumn = "{"." * 99}"\n',
                fact='meter = "{v}"\nquantity = 1',
            )
        ).source
        == "feed"
    )


def test_the_largest_patterns_are_quick(feeder: Feeder) -> None:
    many = ", ".join(f'"{"*a" * 240}{n}"' for n in range(450))
    rows = (f"e{n},440100000000001,2026-10-31T23:59:59Z,7,{'a' * 900}" for n in range(1_000))
    began = time.monotonic()
    text = profile(f'[[skip]]\ncolumn = "type"\nmatches = [{many}]')

    assert set(feeder(text, csv(*rows)).outcomes) == {"accepted"}
    assert time.monotonic() - began < 10
