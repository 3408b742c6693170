"""Staff pages in a browser: nothing that axe finds, no side scroll, no breach of the policy; and a
look at a customer's pages from its beginning to its end.
"""

from collections.abc import Iterator

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Account, User
from invoices.models import Bill, BillingRun, BillItem
from tests import factories
from tests.browser.looking import problems
from tests.staff.world import world
from usage.models import Device

LISTS = [
    "index",
    "accounts_account_changelist",
    "accounts_auditentry_changelist",
    "accounts_mail_changelist",
    "usage_device_changelist",
    "invoices_billingrun_changelist",
    "invoices_billingrun_close",
    "invoices_invoice_archive",
    "invoices_price_changelist",
]

PARTS = 2
"""All pages in one test take longer than a test may, where much else runs beside it."""


@pytest.fixture
def desk(chromium: Browser, live_server: LiveServer, transactional_db: None) -> Iterator[Page]:
    """The tab of an operator, in a world with a row on each page."""
    world("AGG")
    person = factories.user(email="operator@example.com", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(person)
    session = client.cookies["sessionid"].value
    with chromium.new_context(base_url=live_server.url) as context:
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        yield context.new_page()


def addresses() -> list[str]:
    """The lists, and the pages of one row that are laid out by us."""
    shown: tuple[type[Model], ...] = (Account, User, Device, BillingRun, BillItem)
    rows = [model._default_manager.first() for model in shown]
    pages = [
        reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        for row in rows
        if row is not None
    ]
    account = Account.objects.get(key="AGG")
    end = reverse("admin:accounts_account_end", args=[account.pk])
    run, bill = waiting()
    look = reverse("admin:invoices_billingrun_proposed", args=[run.pk])
    draft = reverse("admin:invoices_billingrun_draft", args=[run.pk, bill.pk])
    return [*(reverse(f"admin:{name}") for name in LISTS), *pages, end, look, draft]


def waiting() -> tuple[BillingRun, Bill]:
    """A month end of two accounts that waits for approval, one of them sent back before."""
    factories.tax_rate()
    run = factories.billing_run()
    for key, note in (("ACME", ""), ("BETA", "The plan was wrong.")):
        account = factories.account(key=key)
        bill = factories.bill(account=account, state="proposed")
        factories.run_item(run=run, account=account, state="proposed", note=note)
    return run, bill


@pytest.mark.parametrize("part", range(PARTS))
def test_they_are_for_everybody(desk: Page, settings: Settings, part: int) -> None:
    settings.APPROVAL = "staff"
    found = []
    for path in addresses()[part::PARTS]:
        desk.goto(path)
        found += [f"{path} {problem}" for problem in problems(desk)]
    assert found == []


def test_a_look_at_a_customer_begins_and_ends(desk: Page) -> None:
    account = reverse("admin:accounts_account_change", args=[Account.objects.get().pk])
    desk.goto(account)
    desk.get_by_text("See the pages as this customer").click()
    desk.get_by_label("Reason (optional)").fill("Ticket 12")
    desk.get_by_role("button", name="Look now").click()
    banner = desk.get_by_role("region", name="Looking at a customer")
    expect(banner).to_contain_text("You are looking at Team AGG (AGG)")
    assert problems(desk) == []
    banner.get_by_role("button", name="Stop looking").click()
    desk.wait_for_url(account)
