"""The list of devices: of the own accounts and below, found by whatever is written about them."""

import csv
import io
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Account, User
from tests import factories
from usage.choices import Coverage
from usage.models import Device, DeviceIdentifier
from usage.services.devices import present

NASTY = '<script>alert("x")</script>'


@pytest.fixture
def fleet(agg: Account, ten: Account, stray: Account) -> dict[str, Device]:
    plan = factories.plan(code="plan-D")
    labels: dict[str, Any] = {"tags": {"site": "Tokyo, 1", "note": NASTY}, "group": "north"}
    found = {
        "pump": factories.device(account=agg, key="pump", name="Ｐump", plan=plan, **labels),
        "lamp": factories.device(account=ten, key="lamp", status="suspended", group="north side"),
        "roamer": factories.device(account=agg, key="roamer", coverage=Coverage.GLOBAL),
        "camera": factories.device(account=agg, key="camera", kind="camera", status=None),
        "theirs": factories.device(account=stray, key="theirs"),
    }
    DeviceIdentifier.objects.create(device=found["pump"], kind="iccid", value="8981ABC")
    present.refresh(device_ids=[found["pump"].pk], now=factories.NOW)
    return found


def keys(client: Client, **query: str) -> list[str]:
    response = client.get(f"/devices/?{urlencode(query)}")
    assert response.status_code == 200
    return [row.record.key for row in response.context["table"].page]


def test_it_has_the_devices_of_the_account_and_below(
    clerk: Client, fleet: dict[str, Device]
) -> None:
    assert keys(clerk) == ["camera", "lamp", "pump", "roamer"]


FOUND: dict[str, tuple[dict[str, str], list[str]]] = {
    "by a part of the id": ({"q": "am"}, ["camera", "lamp", "roamer"]),
    "by another id in any case": ({"q": "8981abc"}, ["pump"]),
    "by a name in any width": ({"q": "pUMP"}, ["pump"]),
    "by a tag": ({"q": "tokyo"}, ["pump"]),
    "by all words": ({"q": "tokyo 8981"}, ["pump"]),
    "by no word of others": ({"q": "theirs"}, []),
    "by a character that means any": ({"q": "%"}, []),
    "by status": ({"status": "suspended"}, ["lamp"]),
    "by kind": ({"kind": "camera"}, ["camera"]),
    "by coverage": ({"coverage": "global"}, ["roamer"]),
    "by plan": ({"plan": "plan-D"}, ["pump"]),
    "by group": ({"group": "north"}, ["pump"]),
    "by tag and value": ({"tag": "site=tokyo, 1"}, ["pump"]),
    "by a tag with another value": ({"tag": "site=tokyo"}, []),
    "by the name of a tag": ({"tag": "note"}, ["pump"]),
    "by account": ({"owner": "TEN"}, ["lamp"]),
    "sorted by status": ({"sort": "-status", "coverage": "japan"}, ["lamp", "pump", "camera"]),
}


@pytest.mark.parametrize(("query", "found"), FOUND.values(), ids=FOUND)
def test_devices_are_found(
    clerk: Client, fleet: dict[str, Device], query: dict[str, str], found: list[str]
) -> None:
    assert keys(clerk, **query) == found


def test_the_account_of_somebody_else_is_no_filter(clerk: Client, fleet: dict[str, Device]) -> None:
    response = clerk.get("/devices/?owner=STR")
    assert not response.context["listing"].valid
    assert b"theirs" not in response.content


def test_what_people_wrote_is_text(clerk: Client, fleet: dict[str, Device]) -> None:
    content = clerk.get("/devices/").content.decode()
    assert NASTY not in content
    assert "&lt;script&gt;" in content


def test_the_file_has_the_same_rows(clerk: Client, fleet: dict[str, Device]) -> None:
    response: Any = clerk.get("/devices/?format=csv&coverage=japan")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert head[:3] == ["Id", "Name", "Account"]
    assert [row[0] for row in rows] == ["camera", "lamp", "pump"]
    assert rows[2][head.index("Other ids")] == "iccid=8981ABC"
    assert rows[2][head.index("Tags")] == f"note={NASTY}; site=Tokyo, 1"


def test_who_only_looks_can_change_nothing(client: Client, agg: Account, ten: Account) -> None:
    factories.device(account=agg, key="pump")
    client.force_login(factories.person(agg, role="viewer"))
    content = client.get("/devices/").content.decode()
    assert "Change many devices" not in content
    assert 'type="checkbox"' not in content


def test_an_empty_list_says_when_it_fills(clerk: Client) -> None:
    assert "No devices yet" in clerk.get("/devices/").content.decode()


def test_more_devices_cost_no_more_queries(
    clerk: Client,
    agg: Account,
    aggregator: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(30):
        factories.device(account=agg, key=f"sim{number}", plan=factories.plan(), tags={"a": "b"})
    with django_assert_max_num_queries(15):
        clerk.get("/devices/?q=sim&sort=plan")
