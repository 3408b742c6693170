"""Every wrong row is refused with its file, line, field and what is wrong with it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from invoices.models import BillItem, Price
from invoices.services.catalog import CatalogRefused, load_catalog
from tests.factories import NOW
from tests.invoices.catalog.conftest import ITEM, RIGHT, Files

PRICES = "item,coverage,plan,variant,since,price,per\n"
BAND = (
    "meter,coverage,name,otherwise,zone,starts,ends\n"
    "data.upload,japan,night,day,Asia/Tokyo,02:00,06:00\n"
)
FREE_TIER = """
[[item]]
code = "free"
name = "free"
category = "discount"
unit = "bytes"
region = "all"
rule = "free_tier"
items = ["upload"]
allowance = 5
scope = "account"
"""


def price(row: str) -> Files:
    return {"prices.csv": f"{PRICES}{row}\n"}


def item(old: str, new: str) -> Files:
    assert old in ITEM
    return {"items.toml": ITEM.replace(old, new)}


def tier(old: str, new: str) -> Files:
    assert old in FREE_TIER
    return {"items.toml": ITEM + FREE_TIER.replace(old, new)}


WRONG_PRICES = [
    ("nothing,japan,,,2026-01-01,1,1", "prices.csv:2: item: “nothing” is not in the catalogue"),
    ("upload,japan,plan-X,,2026-01-01,1,1", "prices.csv:2: plan: “plan-X” is not in the"),
    ("upload,japan,plan-G,,2026-01-01,1,1", "prices.csv:2: plan: Plan “plan-G” belongs to cover"),
    ("upload,mars,,,2026-01-01,1,1", "prices.csv:2: coverage: “mars” is not known. Write one of"),
    ("upload,global,,,2026-01-01,1,1", "prices.csv:2: coverage: Item “upload” exists in region"),
    ("upload,japan,,,2026-02-30,1,1", "prices.csv:2: since: “2026-02-30” is not a day"),
    ("upload,japan,,,20260201,1,1", "prices.csv:2: since: “20260201” is not a day"),
    ("upload,japan,,,2026-01-01,1,-1", "prices.csv:2: per: Write a whole number from 1 on"),
    ("upload,japan,,,2026-01-01,1,0", "prices.csv:2: per: Write a whole number from 1 on"),
    ("upload,japan,,,2026-01-01,1,1.5", "prices.csv:2: per: Write a whole number from 1 on"),
    ("upload,japan,,,2026-01-01,1,3", "prices.csv:2: price: 1 / 3 does not end within 24"),
    ("upload,japan,,,2026-01-01,,1", "prices.csv:2: price: It is empty"),
    ("upload,japan,,,2026-01-01,-1,1", "prices.csv:2: price: It is below 0"),
    ("upload,japan,,,2026-01-01,NaN,1", "prices.csv:2: price: 'NaN' is not a number"),
    ("upload,japan,,,2026-01-01,100000000000000,1", "prices.csv:2: price: 100000000000000 has mo"),
    ("upload,japan,,,2026-01-01,1,1000000000001", "prices.csv:2: per: 1,000,000,000,001 is too"),
    ("upload,japan,,a b,2026-01-01,1,1", "prices.csv:2: variant: Use letters, digits"),
    ("upload,japan,,,2026-01-01,1", "prices.csv:2: 6 fields where the header has 7"),
]
TIERS = "item,coverage,since,kind,price,per,tiers\nupload,japan,2026-01-01,"
WRONG_TIERS = [
    ("graduated,,,100: 0.06", "tiers: Write tiers in ascending order, the last one without"),
    ("graduated,,,0.05", "tiers: Write tiers in ascending order"),
    ("volume,,,200: 1; 100: 2; 3", "tiers: Write tiers in ascending order"),
    ("volume,,,100: 1; 100: 2; 3", "tiers: Write tiers in ascending order"),
    ("volume,,,100: 1; 2; 3", "tiers: Write tiers in ascending order"),
    ("graduated,,,", "tiers: It is empty"),
    ("graduated,,,0: 1; 2", "tiers: “0: 1” is no tier"),
    ("graduated,,,a: 1; 2", "tiers: “a: 1” is no tier"),
    ("graduated,,,1: x; 2", "tiers: 'x' is not a number"),
    ("graduated,,,1: -1; 2", "tiers: It is below 0"),
    ("graduated,,3,1: 3; 1", "tiers: 1 / 3 does not end within 24"),
    ("graduated,5,,1: 3; 1", "price: A price with tiers is told by its tiers"),
    ("flat,5,,1: 3; 1", "tiers: Only graduated and volume prices have tiers"),
    ("package,,10,", "price: It is empty"),
    ("dear,5,,", "kind: “dear” is not known"),
]
WRONG_ITEMS = [
    (item('rule = "sum"', 'rule = "guess"'), "items.toml:9: rule: “guess” is not known"),
    (item('"data"', '"fun"'), "items.toml:5: category: “fun” is not known"),
    (item('["data.upload"]', '["data.sideways"]'), "items.toml:10: meters: “data.sideways” is no"),
    (item('["data.upload"]', '"data.upload"'), "items.toml:10: meters: Write a list of texts"),
    (item('["data.upload"]', '["beam.request"]'), "items.toml:6: unit: Meter “beam.request” coun"),
    (item("meters", "meeters"), "items.toml:10: meeters: Unknown key. Known here are: code"),
    (item("{variant}", "{plan}"), "items.toml:4: name: Use letters, digits"),
    (item('"bytes"', "7"), "items.toml:6: unit: Write it as text, in quotes"),
    (item('meters = ["data.upload"]', "meters = ["), "items.toml:11: This is not TOML"),
    (item("[[item]]", "[item]"), "items.toml: item: Write each item below [[item]]"),
    ({"items.toml": f"colour = 1\n{ITEM}"}, "items.toml: colour: Unknown key"),
    ({"items.toml": ITEM + ITEM}, "items.toml:12: The same as items.toml:2"),
    (
        {"items.toml": ITEM + ITEM.replace('code = "upload"', 'code = "again"')},
        "items.toml:14: name: Item “upload” has the same billing name",
    ),
    (tier('["upload"]', '["gone"]'), "items.toml:19: items: “gone” is not in the catalogue"),
    (tier('["upload"]', '["free"]'), "items.toml:19: items: “free” is a discount itself"),
    (tier('"bytes"', '"requests"'), "items.toml:16: unit: “upload” is counted in bytes"),
    (tier("allowance = 5", "allowance = 0"), "items.toml:20: allowance: Write a whole number"),
    (tier('"account"', '"planet"'), "items.toml:21: scope: “planet” is not known"),
    (tier('"discount"', '"data"'), "items.toml:15: category: What this rule gives is a"),
    (
        tier('name = "free"', 'name = "{variant}"'),
        "items.toml:14: name: Items of this rule have no",
    ),
    (
        {
            "items.toml": ITEM.replace('"sum"', '"days_in_status"')
            .replace("-{variant}", "")
            .replace('meters = ["data.upload"]', 'statuses = ["terminated"]')
        },
        "items.toml:10: statuses: “terminated” is no status that can bear a charge",
    ),
]
WRONG_OTHERS = [
    ({"meters.csv": "code\nx\n"}, "meters.csv:1: unit: This column is missing"),
    ({"meters.csv": "code,unit,colour\nx,y,z\n"}, "meters.csv:1: colour: Unknown column"),
    ({"meters.csv": "code,unit,unit\nx,y,z\n"}, "meters.csv:1: unit: This column is there twice"),
    ({"meters.csv": "code,unit,fold\nx,y,mean\n"}, "meters.csv:2: fold: “mean” is not known"),
    ({"meters.csv": "code,unit,evidence\nx,y,z\n"}, "meters.csv:2: evidence: “z” is not known"),
    ({"meters.csv": "code,unit,is_priced\nx,y,no\n"}, "meters.csv:2: is_priced: Write true or fa"),
    (
        {"meters.csv": "code,unit,is_priced\ndata.upload,bytes,false\n"},
        "items.toml:10: meters: Meter “data.upload” is counted for reports only",
    ),
    ({"meters.csv": 'code,unit\nx,"y\n'}, "meters.csv: This is not CSV"),
    ({"plans.csv": "code,coverage,kind\nx,japan,car\n"}, "plans.csv:2: kind: “car” is not known"),
    ({"plans.csv": "code,coverage,kind\n=x,japan,vpg\n"}, "plans.csv:2: code: Use letters"),
    (
        {"tax_rates.csv": "country,category,since,rate\nJP,standard,2026-01-01,10\n"},
        "tax_rates.csv:2: rate: Write the rate as a fraction",
    ),
    (
        {"tax_rates.csv": "country,category,since,rate\nJapan,standard,2026-01-01,0.1\n"},
        "tax_rates.csv:2: country: Longer than 2",
    ),
    ({"time_bands.csv": BAND.replace("Tokyo", "Narnia")}, "time_bands.csv:2: zone: Unknown time"),
    ({"time_bands.csv": BAND.replace("02:00", "2:00")}, "time_bands.csv:2: starts: Write the ti"),
    ({"time_bands.csv": BAND.replace("02:00", "06:00")}, "time_bands.csv:2: ends: The window is"),
    ({"time_bands.csv": BAND.replace("night", "day")}, "time_bands.csv:2: otherwise: Give the"),
    ({"time_bands.csv": BAND.replace("data.up", "data.side")}, "time_bands.csv:2: meter: “data."),
    ({"time_bands.csv": BAND}, "prices.csv:2: variant: No usage has it: by the time of day"),
    ({"price.csv": "x\n"}, "price.csv: The name tells nothing. Name it one of: meters.csv"),
]


@pytest.mark.parametrize(("row", "complaint"), WRONG_PRICES)
def test_a_wrong_price_is_refused(
    refusal: Callable[[Files], list[str]], row: str, complaint: str
) -> None:
    told = refusal(price(row))
    assert len(told) == 1
    assert complaint in told[0]


@pytest.mark.parametrize(("files", "complaint"), [*WRONG_ITEMS, *WRONG_OTHERS])
def test_a_wrong_row_is_refused(
    refusal: Callable[[Files], list[str]], files: Files, complaint: str
) -> None:
    assert any(complaint in text for text in refusal(files)), refusal(files)


@pytest.mark.parametrize(("cells", "complaint"), WRONG_TIERS)
def test_wrong_tiers_are_refused(
    refusal: Callable[[Files], list[str]], cells: str, complaint: str
) -> None:
    told = refusal({"prices.csv": f"{TIERS}{cells}\n"})
    assert told[0].startswith(f"prices.csv:2: {complaint}")


def test_a_price_for_a_free_tier_is_refused(refusal: Callable[[Files], list[str]]) -> None:
    told = refusal({"items.toml": ITEM + FREE_TIER, **price("free,japan,,,2026-01-01,1,1")})
    assert told == [
        "prices.csv:2: item: It has the unit prices of the items it is about. Remove its price."
    ]


def test_a_variant_needs_a_name_that_has_one(refusal: Callable[[Files], list[str]]) -> None:
    (told,) = refusal(item("-{variant}", ""))
    assert told.startswith("prices.csv:2: variant: The name of item “upload” has no {variant}.")


def test_a_doubled_row_names_the_first_one(refusal: Callable[[Files], list[str]]) -> None:
    (told,) = refusal(price("upload,japan,,,2026-01-01,1,1\n\nupload,japan,,,2026-01-01,2,1"))
    assert told == "prices.csv:4: The same as prices.csv:2. Remove one of them."


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path, db: None) -> None:
    (tmp_path / "meters.csv").write_bytes("code,unit,name\nx,y,通信\n".encode("shift_jis"))
    with pytest.raises(CatalogRefused, match=r"meters\.csv:2: This is not UTF-8"):
        load_catalog(path=tmp_path, actor="test", now=NOW)


def test_a_missing_folder_is_refused(tmp_path: Path, db: None) -> None:
    with pytest.raises(CatalogRefused, match="There is no such file or folder"):
        load_catalog(path=tmp_path / "gone", actor="test", now=NOW)


def test_who_refers_to_a_faulty_row_is_not_blamed(refusal: Callable[[Files], list[str]]) -> None:
    told = refusal(item('"data"', '"fun"'))
    assert [text.partition(":")[0] for text in told] == ["items.toml"]


def test_one_wrong_row_keeps_all_others_out(refusal: Callable[[Files], list[str]]) -> None:
    assert refusal({"tax_rates.csv": RIGHT["tax_rates.csv"].replace("0.1", "ten")})
    assert not BillItem.objects.exists()
    assert not Price.objects.exists()


def test_all_problems_are_told_at_once_up_to_fifty(load: Callable[..., object]) -> None:
    rows = "".join(f"upload,japan,,v{n},2026-01-01,x,1\n" for n in range(60))
    with pytest.raises(CatalogRefused) as refused:
        load({"prices.csv": PRICES + rows})
    assert len(refused.value.problems) == 60
    assert len(refused.value.lines()) == 1 + 50 + 1
    assert refused.value.lines()[-1] == "… and 10 more."
