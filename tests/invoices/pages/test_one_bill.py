from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Bill
from tests import factories
from tests.portal.months import NOW

pytestmark = pytest.mark.django_db

ITEMS = {"basicCharge": "1000.5", "dataTrafficCharge": "0.000123", "dataTrafficFreeTier": "-100"}
DAYS = {"20261001": "400", "20261002": "600.500123", "202610": "-100"}


def october(agg: Account, **fields: object) -> Bill:
    return factories.bill(account=agg, items=ITEMS, days=DAYS, **fields)  # type: ignore[arg-type]


def test_the_headline_is_with_tax_and_the_rest_net_and_unrounded(
    clerk: Client, agg: Account
) -> None:
    october(agg, state=BillState.CLOSED, gross_minor=991, tax_minor=90)
    response = clerk.get("/bills/AGG/japan/2026-10/")
    assertContains(response, "¥991")
    assertContains(response, "¥90")
    assertContains(response, '900<span class="fraction places-0">.500123</span>')
    assertContains(response, "net of tax and not rounded")


def test_items_come_dearest_first_with_title_and_share(clerk: Client, agg: Account) -> None:
    factories.bill_item(code="basicCharge", title_en="Basic charge of a SIM")
    october(agg)
    html = clerk.get("/bills/AGG/japan/2026-10/").content.decode()
    assert html.index("basic<wbr>Charge") < html.index("data<wbr>Traffic<wbr>Charge")
    assert html.index("data<wbr>Traffic<wbr>Charge") < html.index("data<wbr>Traffic<wbr>Free")
    assert "Basic charge of a SIM" in html
    assert "111.1%" in html
    assert "-11.1%" in html


def test_whole_month_lines_come_after_the_days(clerk: Client, agg: Account) -> None:
    october(agg)
    html = clerk.get("/bills/AGG/japan/2026-10/days/").content.decode()
    assert html.index("2 October 2026</a> <span") < html.index("Whole month")


def test_the_chart_draws_days_only_and_says_so_in_words(clerk: Client, agg: Account) -> None:
    october(agg)
    response = clerk.get("/bills/AGG/japan/2026-10/days/")
    assertContains(response, "<title>2 October 2026: 600.500123 JPY</title>")
    assertContains(response, "from 1 October 2026 to 31 October 2026, highest 600.500123 JPY")


def test_days_stand_beside_the_same_days_of_the_month_before(clerk: Client, agg: Account) -> None:
    october(agg)
    factories.bill(account=agg, month=Month(2026, 9), days={"20260902": "500", "202609": "-1"})
    response = clerk.get("/bills/AGG/japan/2026-10/days/")
    assertContains(response, "Same day, September 2026")
    assertContains(response, "A line shows September 2026.")
    assertContains(response, '+<span class="figure">100<span')
    assertContains(response, '-<span class="figure">99', count=0)


def test_a_running_month_says_when_its_invoice_comes(clerk: Client, agg: Account) -> None:
    factories.bill(account=agg, month=Month.of(NOW), through=NOW.date().replace(day=20))
    response = clerk.get("/bills/AGG/japan/2026-11/")
    assertContains(response, "Preliminary, counted through 20 November 2026 UTC")
    assertContains(response, "after the month ends on 30 November 2026 (UTC)")
    assertContains(response, "usually on the first business day, 1 December 2026")
    assertNotContains(response, "/pdf/")


def test_an_ended_month_that_is_not_final_has_no_pdf_either(clerk: Client, agg: Account) -> None:
    october(agg)
    response = clerk.get("/bills/AGG/japan/2026-10/")
    assertContains(response, "The month ended on 31 October 2026 (UTC) and is being finalised")
    assertNotContains(response, "/pdf/")


def test_a_final_month_leads_to_its_invoice(clerk: Client, closed: Account) -> None:
    response = clerk.get("/bills/AGG/japan/2026-10/")
    assertContains(response, 'href="/invoices/S-1/pdf/"')
    assertContains(response, "due 30 November 2026")


def test_a_pdf_still_to_be_made_is_said(clerk: Client, agg: Account) -> None:
    bill = october(agg, state=BillState.CLOSED)
    factories.invoice(bills=[bill], series=factories.series(issuer=factories.issuer()), label="S-2")
    response = clerk.get("/bills/AGG/japan/2026-10/")
    assertContains(response, "The PDF of invoice S-2 is being made")


def test_a_final_month_without_charges_says_why_there_is_no_invoice(
    clerk: Client, agg: Account
) -> None:
    bill = factories.bill(account=agg, items={"x": "0"}, line_count=0)
    Bill.objects.filter(pk=bill.pk).update(state=BillState.CLOSED)
    response = clerk.get("/bills/AGG/japan/2026-10/")
    assertContains(response, "There is no invoice for this month, because nothing was charged")


def test_an_empty_bill_is_no_error(clerk: Client, agg: Account) -> None:
    bill = factories.bill(account=agg, line_count=0, net=Decimal(0), through=None)
    bill.item_totals.all().delete()
    response = clerk.get("/bills/AGG/japan/2026-10/")
    assertContains(response, "Nothing was charged")
    assertContains(response, "Preliminary, no day is over yet")


def test_neighbours_are_links_where_there_are_bills(clerk: Client, closed: Account) -> None:
    factories.bill(account=closed, month=Month(2026, 9))
    factories.bill(account=closed, coverage="global", currency="USD")
    response = clerk.get("/bills/AGG/japan/2026-10/")
    assertContains(response, 'rel="prev"')
    assertNotContains(response, 'rel="next"')
    assertContains(response, 'href="/bills/AGG/global/2026-10/"')


def test_texts_of_the_catalogue_are_never_markup(clerk: Client, agg: Account) -> None:
    factories.bill_item(code="<b>x</b>", title_en="<script>alert(1)</script>")
    factories.bill(account=agg, items={"<b>x</b>": "1"})
    html = clerk.get("/bills/AGG/japan/2026-10/").content.decode()
    assert "<b>" not in html
    assert "<script>alert" not in html
