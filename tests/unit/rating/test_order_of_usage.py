"""Large tables of usage are sorted in a way of their own; it gives the same order."""

from datetime import date, timedelta
from random import Random

import polars as pl
import pytest

from invoices.rating import frames
from invoices.rating.frames import collect, in_order

TEXTS = ["", "a", "B", "é", "場所", "a b"]


def usage(rows: int) -> pl.DataFrame:
    dice = Random(rows)
    columns = {
        "account_id": [dice.randint(1, 3) for _row in range(rows)],
        "device_id": [dice.choice([None, 1, 2, 2**40]) for _row in range(rows)],
        "day": [date(2026, 10, 1) + timedelta(days=dice.randint(0, 30)) for _row in range(rows)],
        "meter": [dice.choice(TEXTS) for _row in range(rows)],
        "variant": [dice.choice(TEXTS) for _row in range(rows)],
        "quantity": [dice.randint(0, 3) for _row in range(rows)],
    }
    return collect(usage=pl.DataFrame(columns)).usage


@pytest.mark.parametrize("rows", [0, 1, 5, 3_000])
def test_the_fast_way_gives_the_order_of_the_plain_one(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = in_order(usage(rows))
    monkeypatch.setattr(frames, "LARGE", 0)
    assert in_order(usage(rows)).equals(plain)
