"""Bills of nothing, of discounts only, without tags, and of texts that nobody would choose."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Account
from tests import factories
from tests.invoices.pages import fleet
from tests.portal import months

pytestmark = pytest.mark.django_db
BILL = "/bills/AGG/japan/2026-10/"
TABS = ["", "days/", "devices/", "tags/", "groups/", "lines/"]
LONG = "x" * 10_000
HOSTILE = {
    "<script>alert(1)</script>": "<img src=x onerror=alert(1)>",
    "عنوان": "موقع\u202eعكسي",
    "=cmd()": '+1,"\n\t',
    "long": LONG,
}


@pytest.mark.parametrize("tab", TABS)
def test_a_bill_without_lines_says_so_on_every_tab(
    clerk: Client, closed: Account, tab: str
) -> None:
    assert clerk.get(f"{BILL}{tab}").status_code == 200


@pytest.mark.parametrize("tab", ["", "days/"])
def test_a_bill_of_discounts_only_has_no_shares(clerk: Client, agg: Account, tab: str) -> None:
    factories.bill(
        account=agg,
        items={"discount": "-100.5"},
        days={"20261001": "-100", "202610": "-0.5"},
        tax_minor=-10,
        gross_minor=-111,
    )
    response = clerk.get(f"{BILL}{tab}")
    assertContains(response, "-¥111")
    assertContains(response, "-100")


@pytest.mark.parametrize("tab", [*TABS, "tags/?tag=long", "tags/?tag=%3Dcmd()", "?device=%3Cb%3E"])
def test_no_text_is_markup_or_breaks_a_page(clerk: Client, agg: Account, tab: str) -> None:
    meter = months.sell()
    device = factories.device(
        account=agg,
        plan=factories.plan(),
        since=months.LAST.start,
        key="<b>",
        name="</td><script>",
        tags=HOSTILE,
        group="<i>group</i>",
    )
    at = months.LAST.start.replace(day=10)
    factories.record(device=device, account=agg, meter=meter, at=at)
    fleet.evaluated(agg)
    html = clerk.get(f"{BILL}{tab}").content.decode()
    for markup in ("<b>", "<i>group", "<script>alert", "<img src=x", "</td><script>"):
        assert markup not in html
    assert f">{LONG}" not in html


def test_a_bill_without_tags_says_how_to_get_them(clerk: Client, agg: Account) -> None:
    months.sell()
    factories.device(account=agg, plan=factories.plan(), since=months.LAST.start)
    fleet.evaluated(agg)
    response = clerk.get(f"{BILL}tags/")
    assertContains(response, "No tags on this bill")
    assertNotContains(response, "<table")
