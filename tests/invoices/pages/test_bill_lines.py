from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from invoices.models import Bill
from invoices.selectors import breakdown
from invoices.selectors.breakdown import Where
from tests.invoices.pages.fleet import LABELS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october_once")]
LINES = "/bills/AGG/japan/2026-10/lines/"


def test_lines_of_all_devices_and_of_none_come_to_the_net(october: Bill) -> None:
    parts = [breakdown.lines(october, where=Where(device=key)) for key in (*LABELS, "")]
    assert sum((part.amount for part in parts), Decimal(0)) == october.net
    assert sum(len(part) for part in parts) == october.line_count
    whole = breakdown.lines(october, where=Where())
    assert (whole.amount, len(whole)) == (october.net, october.line_count)


def test_each_line_is_price_times_quantity(october: Bill) -> None:
    for line in breakdown.lines(october, where=Where())[:200]:
        assert line.unit_price * line.quantity == line.amount


@pytest.mark.parametrize(
    ("where", "count"),
    [
        (Where(device="999001"), 32),
        (Where(device="999001", item="dataTrafficCharge"), 1),
        (Where(device=""), 1),
        (Where(item="dataTrafficCharge"), 5),
        (Where(day="20261005"), 6),
        (Where(day="20261005", item="dataTrafficCharge"), 2),
        (Where(device="no such device"), 0),
        (Where(day="20261305"), 0),
    ],
)
def test_lines_are_chosen_by_item_device_and_day(october: Bill, where: Where, count: int) -> None:
    lines = breakdown.lines(october, where=where)
    assert len(lines) == len(lines[:100]) == count


def test_the_lines_of_one_item_and_device_show_price_quantity_and_amount(
    clerk: Client, october: Bill
) -> None:
    response = clerk.get(f"{LINES}?item=dataTrafficCharge&device=999002")
    assertContains(response, "3 Oct 2026")
    assertContains(response, "2,000,000")
    assertContains(response, "0.000000123".partition(".")[2])
    assertContains(response, "1 line")
    assertNotContains(response, ">999001<")


def test_a_day_can_be_taken_apart_by_item(clerk: Client, october: Bill) -> None:
    response = clerk.get("/bills/AGG/japan/2026-10/?day=20261005")
    assertContains(response, "5 October 2026")
    assertContains(response, "lines/?item=dataTrafficCharge&amp;day=20261005")


def test_an_item_can_be_taken_apart_by_day(clerk: Client, october: Bill) -> None:
    response = clerk.get("/bills/AGG/japan/2026-10/days/?item=dataTrafficCharge")
    assertContains(response, "5 October 2026</a>")
    assertNotContains(response, "6 October 2026</a>")
    days = breakdown.by_day(october, where=Where(item="dataTrafficCharge"))
    item = october.item_totals.get(name="dataTrafficCharge")
    assert sum((day.amount for day in days), Decimal(0)) == item.amount


def test_what_is_not_there_is_no_error(clerk: Client, october: Bill) -> None:
    assertContains(clerk.get(f"{LINES}?item=%3Cscript%3E&device=x&day=0"), "Nothing found")
