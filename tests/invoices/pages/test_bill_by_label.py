from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.asserts import assertContains

from invoices.models import Bill
from invoices.selectors import breakdown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october_once")]
TAGS = "/bills/AGG/japan/2026-10/tags/"
GROUPS = "/bills/AGG/japan/2026-10/groups/"


@pytest.mark.parametrize("item", ["", "dataTrafficCharge"])
def test_values_untagged_and_no_device_come_to_the_whole(october: Bill, item: str) -> None:
    whole = october.item_totals.get(name=item).amount if item else october.net
    for shares in (
        breakdown.by_tag(october, name="site", item=item),
        breakdown.by_tag(october, name="unknown", item=item),
        breakdown.by_group(october, item=item),
    ):
        assert sum((row.amount for row in shares.rows), Decimal(0)) == shares.amount == whole


def test_devices_are_counted_by_value(october: Bill) -> None:
    shares = breakdown.by_tag(october, name="site")
    counts = {row.value: row.devices for row in shares.rows}
    assert counts == {"Tokyo": 2, '=cmd(), "<b>Osaka</b>"': 1, "": 1, None: 0}


def test_the_first_tag_is_shown_and_another_can_be_chosen(clerk: Client, october: Bill) -> None:
    assertContains(clerk.get(TAGS), '<option value="owner" selected>owner</option>', html=True)
    response = clerk.get(f"{TAGS}?tag=site")
    assertContains(response, "devices/?tag=site&amp;value=Tokyo")
    assertContains(response, "Untagged")
    assertContains(response, "Of no device")


def test_groups_are_doors_to_their_devices(clerk: Client, october: Bill) -> None:
    response = clerk.get(GROUPS)
    assertContains(response, "devices/?group=meters")
    assertContains(response, "Without group")


def test_values_are_never_markup(clerk: Client, october: Bill) -> None:
    html = clerk.get(f"{TAGS}?tag=site").content.decode()
    assert "<b>Osaka" not in html
    assert "&lt;b&gt;Osaka" in html
