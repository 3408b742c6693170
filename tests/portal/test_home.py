from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Account, User
from billing_portal.common.periods import Month
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
