"""Quantities come out as whole numbers, exactly, or the row is rejected."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.usage.feeds.sending import Feeder, csv, profile
from usage.ingest.feeds.parsing import parse
from usage.ingest.feeds.quantities import with_quantity
from usage.models import UsageRecord

GREATEST = 2**63 - 1
MODES = {"up": ROUND_CEILING, "down": ROUND_FLOOR, "half-up": ROUND_HALF_UP}
NUMBERS = st.decimals(0, 10**19, allow_nan=False, allow_infinity=False).map(
    lambda number: f"{number:f}"[:38]
)
FACTORS = st.decimals("0.000001", 10**12, places=6).map(lambda number: f"{number:f}")

CASES = [
    ("", "7", 7),
    ("factor = 1024", "12", 12288),
    ('factor = "0.001"', "5000", 5),
    ('factor = "1048576"', "1.5", 1572864),
    ("factor = 8", "1152921504606846975", GREATEST - 7),
    ('decimal = ",", thousands = "."', "1.024,50", None),
    ('decimal = ",", thousands = ".", factor = 2', "1.024,50", 2049),
    ('thousands = ","', '"1,234,567"', 1234567),
    ("empty = 3", "", 3),
    ('round = "up"', "1.2", 2),
    ('round = "down"', "1.9", 1),
    ('round = "half-up"', "1.5", 2),
    ("", "007", 7),
    ("", str(GREATEST), GREATEST),
]
WRONG = [
    ("", "", "bytes is empty.", ""),
    ("", "-1", "bytes “-1” is negative.", ""),
    ("", "1.5", "does not come out as a whole number of the smallest unit.", ""),
    ('factor = "0.001"', "1", "does not come out as a whole number", ""),
    ("", "1e3", "is not a number as the profile describes it.", ""),
    ("", "+5", "is not a number", ""),
    ("", "٧", "is not a number", ""),
    ("", "NaN", "is not a number", ""),
    ("", "9" * 41, "is not a number", ""),
    ('decimal = ",", thousands = "."', "1.02.4", "is not a number", ""),
    ("", str(GREATEST + 1), "is greater than 9223372036854775807", ""),
    ("factor = 2", str(GREATEST), "is greater than 9223372036854775807", ""),
]


def quantity(options: str) -> str:
    more = f", {options}" if options else ""
    return f'meter = "data.upload"\nquantity = {{ column = "bytes"{more} }}'


@pytest.mark.parametrize(("options", "text", "result"), CASES)
def test_what_a_number_comes_to(
    feeder: Feeder, options: str, text: str, result: int | None
) -> None:
    cell = text if text.startswith('"') or "," not in text else f'"{text}"'
    content = csv(f"e1,440100000000001,2026-10-31T23:59:59Z,{cell},DATA")
    feeder(profile(fact=quantity(options)), content)

    found = UsageRecord.objects.values_list("quantity", flat=True)
    assert list(found) == ([] if result is None else [result])


@pytest.mark.parametrize(("options", "text", "reason", "other"), WRONG)
def test_what_is_no_quantity_is_rejected(
    feeder: Feeder, options: str, text: str, reason: str, other: str
) -> None:
    content = csv(f"e1,440100000000001,2026-10-31T23:59:59Z,{text},DATA")
    sent = feeder(profile(fact=quantity(options)), content)

    assert sent.outcomes == ["rejected"]
    assert (other or reason) in sent.reasons[0]


@given(texts=st.lists(NUMBERS, min_size=1), factor=FACTORS, mode=st.sampled_from(sorted(MODES)))
def test_the_engine_reckons_as_decimals_do(texts: list[str], factor: str, mode: str) -> None:
    said = parse(profile(fact=quantity(f'factor = "{factor}", round = "{mode}"')))
    rows = with_quantity(pl.DataFrame({"=bytes": texts}), said.facts[0].quantity, "q")
    with localcontext(prec=100):
        exact = [
            int((Decimal(text) * Decimal(factor)).quantize(Decimal(1), MODES[mode]))
            for text in texts
        ]

    assert rows["q"].to_list() == [one if one <= GREATEST else None for one in exact]


@given(pairs=st.lists(st.tuples(*[st.integers(0, 10**18 - 1)] * 2), min_size=1))
def test_columns_are_added_up(pairs: list[tuple[int, int]]) -> None:
    said = parse(profile(fact='meter = "m"\nquantity = { column = ["a", "b"] }'))
    columns = {"=a": [str(a) for a, _b in pairs], "=b": [str(b) for _a, b in pairs]}
    rows = with_quantity(pl.DataFrame(columns), said.facts[0].quantity, "q")

    assert rows["q"].to_list() == [a + b for a, b in pairs]


@pytest.mark.parametrize(
    ("start", "end", "options", "result"),
    [
        ("2026-10-01T00:00:00Z", "2026-10-01T01:00:00+00:00", "", "3600"),
        ("2026-10-01T00:00:00.5Z", "2026-10-01T00:00:02Z", "", "whole number"),
        ("2026-10-01T00:00:00.5Z", "2026-10-01T00:00:02Z", ', round = "up"', "2"),
        ("2026-10-01T00:00:00.5Z", "2026-10-01T00:00:02Z", ", factor = 1000", "1500"),
        ("2026-10-01T00:00:02Z", "2026-10-01T00:00:01Z", "", "lies before the beginning"),
        ("soon", "2026-10-01T00:00:01Z", "", "begun “soon” is not written as rfc3339."),
    ],
)
def test_the_seconds_between_two_instants(
    feeder: Feeder, start: str, end: str, options: str, result: str
) -> None:
    fact = f'meter = "data.upload"\nquantity = {{ from = "begun", to = "at"{options} }}'
    content = csv(f"e1,440100000000001,{start},{end}", header="id,device,begun,at")
    sent = feeder(profile(fact=fact), content)
    stored = [str(one) for one in UsageRecord.objects.values_list("quantity", flat=True)]

    assert result in (stored or sent.reasons)[0]
