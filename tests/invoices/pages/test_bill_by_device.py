from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from billing_portal.common.parts.figures import figure
from invoices.models import Bill
from invoices.selectors import breakdown
from invoices.selectors.breakdown import Wanted
from tests.invoices.pages.fleet import LABELS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october_once")]
DEVICES = "/bills/AGG/japan/2026-10/devices/"


def found(clerk: Client, query: str) -> set[str]:
    html = clerk.get(f"{DEVICES}?{query}").content.decode()
    return {key for key in LABELS if f"<code>{key}</code>" in html}


def test_devices_and_lines_of_no_device_come_to_the_net(clerk: Client, october: Bill) -> None:
    shares = breakdown.devices(october, wanted=Wanted())
    total = sum((share.amount for share in shares.rows), Decimal(0))
    assert total == shares.amount == october.net
    assert (shares.devices, shares.lines) == (4, october.line_count)
    response = clerk.get(DEVICES)
    assertContains(response, "Of no device")
    assertContains(response, "4 devices")
    assertContains(response, figure(october.net, 9), count=1)


def test_the_dearest_device_comes_first(clerk: Client, october: Bill) -> None:
    html = clerk.get(DEVICES).content.decode()
    places = [html.index(f"<code>{key}</code>") for key in reversed(LABELS)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("q=999002", {"999002"}),
        ("q=tokyo", {"999001", "999002"}),
        ("q=METERS", {"999001", "999002"}),
        ("q=pump+3", {"999003"}),
        ("q=nothing+like+it", set()),
        ("q=%00", set(LABELS)),
        ("tag=site&value=Tokyo", {"999001", "999002"}),
        ("tag=site&value=", {"999004"}),
        ("tag=no+such+tag&value=x", set()),
        ("group=meters", {"999001", "999002"}),
        ("group=", {"999004"}),
        ("group=meters&q=999001", {"999001"}),
        ("item=no+such+item", set()),
        ("sort=-key", set(LABELS)),
        ("sort=nonsense&page=99", set(LABELS)),
        (f"q={'x' * 10_000}", set()),
    ],
)
def test_devices_are_found_by_id_name_group_and_tag(
    clerk: Client, october: Bill, query: str, keys: set[str]
) -> None:
    assert found(clerk, query) == keys


def test_an_item_leaves_its_own_amounts_and_names_its_unit(clerk: Client, october: Bill) -> None:
    response = clerk.get(f"{DEVICES}?item=dataTrafficCharge")
    assertContains(response, "Quantity, byte")
    assertContains(response, "4,000,000")
    assertContains(response, "10,000,007")
    shares = breakdown.devices(october, wanted=Wanted(item="dataTrafficCharge"))
    item = october.item_totals.get(name="dataTrafficCharge")
    assert (shares.amount, shares.quantity) == (item.amount, item.quantity)


def test_a_device_is_a_door_to_its_items_and_a_count_to_its_lines(
    clerk: Client, october: Bill
) -> None:
    response = clerk.get(DEVICES)
    assertContains(response, 'href="/bills/AGG/japan/2026-10/?device=999001"')
    assertContains(response, 'href="/bills/AGG/japan/2026-10/lines/?device=999001"')
    items = clerk.get("/bills/AGG/japan/2026-10/?device=999001")
    assertContains(items, "999001 · Pump 1")
    assertContains(items, "lines/?item=dataTrafficCharge&amp;device=999001")


def test_twenty_are_on_a_page(
    clerk: Client, october: Bill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("invoices.views.bill.DEVICES_ON_A_PAGE", 2)
    assert found(clerk, "") == {"999004", "999003"}
    assert found(clerk, "page=2") == {"999002", "999001"}
    assert found(clerk, "page=3") == set()


def test_a_search_that_finds_nothing_says_what_to_do(clerk: Client, october: Bill) -> None:
    response = clerk.get(f"{DEVICES}?q=nobody")
    assertContains(response, "Nothing found")
    assertNotContains(response, "<table")
