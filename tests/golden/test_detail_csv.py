"""The detailed CSV, byte for byte: what customers' programs read must not change by accident."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from accounts.models import Account
from invoices.exports import detail
from invoices.models import Bill
from invoices.services import bills
from tests import factories
from tests.golden import world
from usage.choices import Coverage, DeviceKind
from usage.models import AccountMonth

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent
ENDED = datetime(2026, 11, 2, tzinfo=UTC)
RUNNING = datetime(2026, 10, 31, 12, tzinfo=UTC)
EVERY_ID = "imsi,vpgId,loraGatewayId,loraDeviceId,sigfoxDeviceId,deviceId,gadgetId,soraCamDeviceId"
AWKWARD = {
    "comma": "a,b",
    "date": "31 October",
    "formula": "=cmd()",
    "groupName": "not the group",
    "lines": "first\nsecond",
    "quote": 'say "hi"',
    "return": "first\rsecond",
    "vpgId": "not a VPG",
    "場所": "東京",
    "@risky,name": "-1",
}


def kinds(account: Account) -> None:
    """One device of every kind, and usage that belongs to none."""
    for kind in DeviceKind:
        world.device(account, f"{kind.value}-1", kind=kind)
    world.use(None, account, "beam.request", 5, variant="mqtt-mqtts")


def texts(account: Account) -> None:
    world.device(account, "440100000000001", tags=AWKWARD, group='倉庫, "east"')
    world.device(account, "440100000000002", tags={"comma": "", "場所": " 大阪 "}, group="@group")
    world.device(account, "=440100000000003")


def usage(account: Account) -> None:
    """Data of the day and of the night, and requests of which a hundred are free."""
    sim = world.device(account, "440100000000001", group="meters")
    world.use(sim, account, "data.upload", 1_048_576, variant="s1.slow")
    world.use(sim, account, "data.upload", 3, variant="s1.slow", at=world.NIGHT)
    world.use(sim, account, "data.upload", 7, variant="s1.slow", at=world.NIGHT, whole_day=True)
    world.use(sim, account, "beam.request", 250, variant="mqtt-mqtts")
    world.use(sim, account, "beam.request", 10, variant="mqtt-mqtts", at=world.NIGHT)


def nothing(account: Account) -> None:
    world.device(account, "idle", kind=DeviceKind.SUBSCRIBER, since=factories.NOW)


WORLDS: dict[str, tuple[Callable[[Account], None], datetime]] = {
    "kinds": (kinds, ENDED),
    "texts": (texts, ENDED),
    "usage": (usage, ENDED),
    "running": (usage, RUNNING),
    "nothing": (nothing, ENDED),
}


def made(name: str) -> tuple[Bill, bytes]:
    """Rate a world as the running month is rated; a closed month takes the same road."""
    build, now = WORLDS[name]
    world.stock()
    account = factories.account(key="GOLD")
    build(account)
    AccountMonth.objects.get_or_create(
        account=account, coverage=Coverage.JAPAN, month=world.OCTOBER
    )
    evaluation = bills.evaluate(
        month=world.OCTOBER, coverage=Coverage.JAPAN, account_ids=[account.pk], now=now
    )
    assert not evaluation.problems
    return evaluation.bills[0], b"".join(detail.stream(evaluation.bills[0]))


def parsed(data: bytes) -> tuple[list[str], list[list[str]]]:
    text = data.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    return header, rows


@pytest.mark.parametrize("name", WORLDS)
def test_the_file_is_the_golden_one_byte_for_byte(name: str) -> None:
    _bill, data = made(name)
    assert data.decode() == (FOLDER / f"{name}.csv").read_bytes().decode()


@pytest.mark.parametrize("name", WORLDS)
def test_a_plain_csv_reader_gets_rows_of_one_width_that_add_up(name: str) -> None:
    bill, data = made(name)
    header, rows = parsed(data)
    assert len(rows) == bill.line_count
    assert len(set(header)) == len(header)
    assert {len(row) for row in rows} <= {len(header)}
    lines = [dict(zip(header, row, strict=True)) for row in rows]
    assert sum((Decimal(line["amount"]) for line in lines), Decimal(0)) == bill.net
    for line in lines:
        assert Decimal(line["unitPrice"]) * Decimal(line["quantity"]) == Decimal(line["amount"])


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("nothing", "imsi,date,billItemName,unitPrice,quantity,amount"),
        ("usage", "imsi,date,billItemName,unitPrice,quantity,amount,groupName"),
        (
            "kinds",
            f"{EVERY_ID},date,billItemName,unitPrice,quantity,amount",
        ),
    ],
)
def test_columns_appear_only_when_they_are_used(name: str, header: str) -> None:
    _bill, data = made(name)
    assert parsed(data)[0] == header.split(",")


def test_awkward_texts_come_back_as_they_were_but_for_the_guard() -> None:
    _bill, data = made("texts")
    header, rows = parsed(data)
    first = dict(zip(header, rows[0], strict=True))
    assert {name: first[name] for name in header[header.index("amount") + 1 :]} == {
        "'@risky,name": "'-1",
        "comma": "a,b",
        "tag:date": "31 October",
        "formula": "'=cmd()",
        "tag:groupName": "not the group",
        "lines": "first\nsecond",
        "quote": 'say "hi"',
        "return": "first\rsecond",
        "tag:vpgId": "not a VPG",
        "場所": "東京",
        "groupName": '倉庫, "east"',
    }


def test_the_running_month_has_its_complete_days_only() -> None:
    _bill, data = made("running")
    header, rows = parsed(data)
    assert {row[header.index("date")] for row in rows} == {"20261030", "202610"}
