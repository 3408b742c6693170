"""A bundle gives back what was packed, and a broken one says which part is broken."""

import io
import json
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from billing_portal.common.periods import Month
from invoices.rating.bundle import Bundle, pack, unpack
from invoices.rating.container import BrokenBundle, read_parquet, to_parquet
from invoices.rating.frames import SCHEMAS, collect
from invoices.rating.tariff import Item, Price, Tariff

ITEM = Item("basic", "基本", "basic", "day", "", "days_in_status", {"b": 1, "a": [2]}, "tax", False)
PRICE = Price("basic", "plan-D", "", date(2026, 1, 1), Decimal("0.000000209808349609375"))
TARIFF = Tariff("japan", Month(2026, 10), (ITEM,), (PRICE,), ({"meter": "data", "name": "night"},))
Parts = dict[str, bytes]


def made(quantity: int = 2**63) -> Bundle:
    usage = {
        "account_id": [1],
        "device_id": [None],
        "day": [date(2026, 10, 1)],
        "meter": ["data"],
        "variant": [""],
        "quantity": [Decimal(quantity)],
    }
    status = {
        "account_id": [1],
        "device_id": [2],
        "at": [datetime(2026, 10, 1, 0, 0, 0, 1, tzinfo=UTC)],
        "status": ["active"],
    }
    frames = collect(usage=pl.DataFrame(usage), statuses=pl.DataFrame(status)).of(1)
    return Bundle(1, frames, TARIFF, Month(2026, 10).days, {"amount": 1})


def short(quantity: int = 2**63) -> Bundle:
    """The same, its tables kept as text."""
    return replace(made(quantity), texts=made(quantity).frames.texts_of(1))


def changed(change: Callable[[Parts], object], bundle: Bundle | None = None) -> bytes:
    """The bundle with some of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(pack(bundle or made()))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def manifest(key: str, value: object) -> Callable[[Parts], object]:
    def change(parts: Parts) -> None:
        values = json.loads(parts["manifest.json"]) | {key: value}
        parts["manifest.json"] = json.dumps(values).encode()

    return change


def tariff_of(plan: str) -> bytes:
    return zlib.compress(TARIFF.text.replace("plan-D", plan).encode())


def put(name: str, content: bytes) -> Callable[[Parts], object]:
    return lambda parts: parts.update({name: content})


@pytest.mark.parametrize("before", [made(), short()])
def test_a_bundle_comes_back_whole(before: Bundle) -> None:
    after = unpack(pack(before))
    assert (after.account_id, after.days, after.rules) == (1, Month(2026, 10).days, {"amount": 1})
    assert after.tariff == before.tariff
    for name in SCHEMAS:
        assert getattr(after.frames, name).equals(getattr(before.frames, name)), name
    assert after.digest == before.digest


def test_the_form_in_which_it_is_kept_is_nothing_to_its_digest() -> None:
    assert short().texts.keys() == SCHEMAS.keys()
    assert short().digest == made().digest
    assert len(pack(short())) < len(pack(made())) / 3


def with_contract() -> Bundle:
    contract = {
        "account_id": [1],
        "code": ["pool"],
        "units": [5],
        "first_day": [date(2026, 10, 1)],
        "last_day": [date(2027, 9, 30)],
    }
    frames = replace(made().frames, contracts=collect(contracts=pl.DataFrame(contract)).contracts)
    return replace(made(), frames=frames)


def test_a_table_that_came_later_is_kept_when_something_is_in_it() -> None:
    assert "contracts" not in made().manifest["tables"]
    assert unpack(pack(with_contract())).frames.contracts.equals(with_contract().frames.contracts)


def test_a_later_table_that_was_taken_away_is_named() -> None:
    whole, less = pack(with_contract()), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive, zipfile.ZipFile(less, "w") as other:
        for name in archive.namelist():
            if name != "contracts.parquet":
                other.writestr(name, archive.read(name))
    with pytest.raises(BrokenBundle, match="The table contracts"):
        unpack(less.getvalue())


def test_equal_inputs_make_equal_bytes() -> None:
    assert pack(made()) == pack(made())
    assert pack(short()) == pack(short())


@pytest.mark.parametrize(
    "other",
    [
        made(1),
        Bundle(2, made().frames, TARIFF, made().days, {"amount": 1}),
        Bundle(1, made().frames, TARIFF, made().days[:-1], {"amount": 1}),
        Bundle(1, made().frames, TARIFF, made().days, {"amount": 2}),
    ],
)
def test_other_inputs_have_another_digest(other: Bundle) -> None:
    assert other.digest != made().digest


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put("usage.parquet", to_parquet(made(1).frames.usage)), "The table usage"),
        (put("plans.parquet", to_parquet(made().frames.usage)), "The table plans"),
        (put("tariff.json.z", tariff_of("plan-X")), "The tariff"),
        (put("usage.parquet", b"PAR1"), "cannot be read"),
        (put("tariff.json.z", zlib.compress(b"{}")), "cannot be read"),
        (put("tariff.json.z", b"{}"), "cannot be read"),
        (put("tables.json.z", b"{}"), "cannot be read"),
        (put("manifest.json", b"[]"), "cannot be read"),
        (put("manifest.json", b"\xff"), "cannot be read"),
        (manifest("days", None), "cannot be read"),
        (manifest("days", ["today"]), "cannot be read"),
        (manifest("tables", []), "cannot be read"),
        (manifest("tables", {}), "The table usage"),
        (lambda parts: parts.pop("owned.parquet"), "owned.parquet"),
        (lambda parts: parts.pop("manifest.json"), "manifest.json"),
    ],
)
def test_a_changed_part_is_named(change: Callable[[Parts], object], words: str) -> None:
    with pytest.raises(BrokenBundle, match=words):
        unpack(changed(change))


def text(content: str, name: str = "usage") -> Callable[[Parts], object]:
    def change(parts: Parts) -> None:
        texts = json.loads(zlib.decompress(parts["tables.json.z"])) | {name: content}
        parts["tables.json.z"] = zlib.compress(json.dumps(texts).encode())

    return change


def row(quantity: str) -> str:
    return f"1\x1f\x1f2026-10-01\x1fdata\x1f\x1f{quantity}\x1e"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (text(row("1")), "The table usage"),
        (text(row(str(2**63)) * 2), "The table usage"),
        (text(""), "The table usage"),
        (text(row(str(2**63)), "contracts"), "cannot be read"),
        (text(row("many")), "cannot be read"),
        (text(row("1\x1f1")), "cannot be read"),
        (text("no table", "devices"), "cannot be read"),
        (lambda parts: parts.update({"tables.json.z": zlib.compress(b"[]")}), "cannot be read"),
        (lambda parts: parts.pop("tables.json.z"), "cannot be read"),
    ],
)
def test_a_changed_text_is_named(change: Callable[[Parts], object], words: str) -> None:
    with pytest.raises(BrokenBundle, match=words):
        unpack(changed(change, short()))


PACKED = [(form, place) for form in (made(), short()) for place in range(0, len(pack(form)), 97)]


@pytest.mark.parametrize(("form", "place"), PACKED)
def test_one_flipped_bit_is_noticed_or_changes_nothing(form: Bundle, place: int) -> None:
    content = bytearray(pack(form))
    content[place] ^= 16
    try:
        found = unpack(bytes(content)).digest
    except BrokenBundle:
        return
    assert found == made().digest


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no table at all"])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="This is no table"):
        read_parquet(content)
