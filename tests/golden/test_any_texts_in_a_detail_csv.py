"""Whatever texts a detail file holds, its CSV is what a plain CSV writer makes of them."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_portal.common.csvfile import RISKY
from invoices.exports import detail, occurring
from invoices.rating.frames import AMOUNT, QUANTITY

HEADER = ("imsi", "date", "billItemName", "unitPrice", "quantity", "amount", "tag:date", "where")
TEXT = st.text("ab =+@'\"\t\r\n,東", max_size=4)
PRICE = st.sampled_from(["0", "10", "-100.5", "0.000000209808349609375", "0." + "0" * 23 + "1"])
LINE = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["subscriber", None]),
        "device": st.none() | TEXT,
        "name": TEXT,
        "unit_price": PRICE,
        "quantity": st.integers(0, 2**70),
        "amount": PRICE,
        "group": st.none() | TEXT,
        "tag:date": st.none() | TEXT,
        "tag:where": st.none() | TEXT,
    }
)


@pytest.fixture(autouse=True)
def two_lines_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(occurring, "AT_ONCE", 2)


@given(lines=st.lists(LINE, max_size=5))
def test_any_texts_are_written_as_a_plain_writer_does(lines: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        target = Path(folder) / "detail.csv"
        detail.convert(lines=table(lines).lazy(), target=target)
        assert target.read_bytes().decode("utf-8-sig") == plainly(lines)


def table(lines: list[dict[str, Any]]) -> pl.DataFrame:
    """As a detail file has them, all of the 31st."""
    texts = ("kind", "device", "name", "unit_price", "amount", "group", "tag:date", "tag:where")
    schema = dict.fromkeys(texts, pl.String) | {"quantity": QUANTITY}
    frame = pl.DataFrame(lines, schema=schema, orient="row")
    return frame.with_columns(pl.col("unit_price", "amount").cast(AMOUNT), date=pl.lit("20261031"))


def plainly(lines: list[dict[str, Any]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    has_groups = any(line["group"] for line in lines)
    writer.writerow([*HEADER, *["groupName"] * has_groups])
    for line in lines:
        tags = [shown(line["tag:date"]), shown(line["tag:where"])]
        numbers = [plain(line["unit_price"]), line["quantity"], plain(line["amount"])]
        own = [shown(line["device"] if line["kind"] else None), "20261031", shown(line["name"])]
        writer.writerow([*own, *numbers, *tags, *[shown(line["group"])] * has_groups])
    return buffer.getvalue()


def shown(text: str | None) -> str:
    return "'" + text if text and text[0] in RISKY else text or ""


def plain(amount: str) -> str:
    return f"{Decimal(amount).normalize():f}"
