from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.access import access_of
from accounts.models import Account, Job, User
from billing_portal.common.periods import Month
from invoices.selectors.overview import overview
from tests import factories
from tests.portal.months import NOW

pytestmark = pytest.mark.django_db
NOVEMBER = Month(2026, 11)


def test_an_empty_portal_says_when_figures_will_come(clerk: Client) -> None:
    response = clerk.get("/")
    assertContains(response, "No charges counted for November 2026 yet")
    assertContains(response, "the day after your devices are first used")
    assertContains(response, "Nothing at the moment.")


def test_the_running_month_stands_first_with_its_last_counted_day(
    clerk: Client, agg: Account
) -> None:
    through = NOW.date() - timedelta(days=1)
    factories.bill(
        account=agg, month=NOVEMBER, through=through, gross_minor=1234567, evaluated_at=NOW
    )
    response = clerk.get("/")
    assertContains(response, "November 2026 so far")
    assertContains(response, "¥1,234,567")
    assertContains(response, "Preliminary, counted through 20 November 2026 UTC")


@pytest.mark.parametrize("page", ["/", "/bills/", "/bills/AGG/japan/2026-11/"])
def test_one_off_charges_so_far_are_named_beside_the_figure(
    clerk: Client, agg: Account, page: str
) -> None:
    factories.bill(account=agg, month=NOVEMBER, one_off=Decimal("1234.5"))
    assertContains(clerk.get(page), "UTC. Plus one-off charges so far: 1,234.5 JPY, net.")


def test_without_one_off_charges_nothing_is_said_of_them(clerk: Client, agg: Account) -> None:
    factories.bill(account=agg, month=NOVEMBER)
    assertNotContains(clerk.get("/"), "one-off")


def test_the_last_final_month_and_its_invoice_are_there(clerk: Client, closed: Account) -> None:
    response = clerk.get("/")
    assertContains(response, "October 2026, final")
    assertContains(response, 'href="/invoices/S-1/pdf/"')


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"month": Month(2026, 10)}, "is being finalised"),
        ({"month": NOVEMBER, "evaluated_at": NOW - timedelta(days=2)}, "so they are late"),
    ],
)
def test_what_is_not_as_usual_is_said(
    clerk: Client, agg: Account, fields: dict[str, object], text: str
) -> None:
    factories.bill(account=agg, **fields)  # type: ignore[arg-type]
    response = clerk.get("/")
    assertContains(response, text)
    assertNotContains(response, "Nothing at the moment.")


def test_the_same_days_of_the_last_month_are_compared(clerk: Client, agg: Account) -> None:
    """Whole-month lines and the days still to come are left out on both sides."""
    now = {"20261101": "100", "20261120": "20", "202611": "-999"}
    then = {"20261001": "100", "20261021": "500", "202610": "-999"}
    factories.bill(account=agg, month=NOVEMBER, through=date(2026, 11, 20), days=now)
    factories.bill(account=agg, month=Month(2026, 10), state="closed", days=then)
    response = clerk.get("/")
    assertContains(response, "+20.0%, more than in October 2026, days 1 to 20 (net)")
    assertContains(response, "A line shows October 2026.")


def test_the_days_of_a_longer_month_end_with_the_shorter_one(agg: Account, clerk: Client) -> None:
    march = factories.bill(
        account=agg, month=Month(2026, 3), through=date(2026, 3, 30), days={"20260330": "5"}
    )
    factories.bill(account=agg, month=Month(2026, 2), days={"20260228": "10"})
    access = access_of(User.objects.get(email="aggregator@example.com"), month=march.month)
    (running,) = overview(access=access, account=agg, now=march.month.start).running
    assert running.change is not None
    assert (running.change.last_day, running.change.percent) == (date(2026, 2, 28), Decimal(-50))


def test_the_dearest_items_lead_to_their_devices(clerk: Client, agg: Account) -> None:
    items = {"<b>dear</b>": "1000.4", "b": "3", "c": "2", "d": "1", "e": "0.5", "f": "0.4"}
    factories.bill(account=agg, month=NOVEMBER, items=items)
    response = clerk.get("/")
    assertContains(response, "devices/?item=%3Cb%3Edear%3C%2Fb%3E")
    assertContains(response, "¥1,000")
    assertNotContains(response, "?item=f")
    assertNotContains(response, "<b>dear")


def test_a_parked_month_is_said_without_its_reasons(clerk: Client, agg: Account) -> None:
    factories.bill(account=agg, month=Month(2026, 10))
    run = factories.billing_run(month=Month(2026, 10))
    reasons = [{"what": "No price for basicCharge.", "remedy": "Add one."}]
    factories.run_item(run=run, account=agg, state="parked", problems=reasons)
    response = clerk.get("/")
    assertContains(response, "October 2026 for Japan cannot be made final yet")
    assertNotContains(response, "is being finalised")
    assertNotContains(response, "No price")


def test_a_failed_job_can_be_found_and_tried_again(
    clerk: Client, agg: Account, aggregator: User
) -> None:
    job = Job.objects.create(
        account=agg,
        person=aggregator,
        kind="detail-csv",
        subject={"coverage": "japan", "month": "2026-10"},
        state="failed",
        created_at=NOW,
        due_at=NOW,
    )
    response = clerk.get("/")
    assertContains(response, "could not be made")
    assertContains(response, f'href="/jobs/{job.pk}/"')


def test_a_tenant_reads_that_billing_is_with_the_provider(
    client: Client, tenant: User, november: None
) -> None:
    client.force_login(tenant)
    assertContains(client.get("/"), "not billed by us directly")


def test_an_operator_is_led_to_the_staff_pages(
    client: Client, operator: User, november: None
) -> None:
    client.force_login(operator)
    assertContains(client.get("/"), "Open the staff pages")


def test_people_of_several_accounts_can_switch(
    clerk: Client, aggregator: User, stray: Account
) -> None:
    factories.membership(user=aggregator, account=stray)
    assertContains(clerk.get("/"), 'href="/?account=STR"')
    assertContains(clerk.get("/?account=STR"), "Stranger</summary>")
    assertContains(clerk.get("/bills/?account=STR"), 'href="/invoices/?account=STR"')
