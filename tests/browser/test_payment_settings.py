"""A clerk asks for invoice payment, changes the details, merges the invoices and parts them."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Account
from invoices.choices import ApplicationState
from invoices.models import InvoiceApplication
from invoices.services.settings import applications
from tests.browser.looking import problems
from tests.invoices.settings.payer import STAFF

PAGE = "/payment-settings/"
NARROW_AND_WIDE = ((390, "light"), (1280, "dark"))


def ask(tab: Page) -> None:
    tab.goto(PAGE)
    tab.get_by_role("link", name="Request invoice payment for Japan").click()
    tab.get_by_label("Billing e-mail").fill("billing@example.com")
    tab.get_by_role("button", name="Send the request").click()
    expect(tab.get_by_role("button", name="Withdraw the request of Japan")).to_be_visible()


def accept() -> None:
    asked = InvoiceApplication.objects.get(state=ApplicationState.REQUESTED)
    applications.accept(application=asked, who=STAFF)


def press(tab: Page, link: str, button: str, found: list[str]) -> None:
    """Follow a link, look at the page that says what will happen, and press its button."""
    tab.goto(PAGE)
    tab.get_by_role("link", name=link).click()
    found += problems(tab, NARROW_AND_WIDE)
    tab.get_by_role("button", name=button).click()


@pytest.mark.usefixtures("customer")
def test_the_whole_way(tab: Page, customer: Account) -> None:
    found: list[str] = []
    ask(tab)
    accept()
    tab.goto(PAGE)
    tab.get_by_role("link", name="Change the details of Japan").click()
    tab.get_by_label("Department").fill("Purchasing")
    tab.get_by_role("button", name="Continue").click()
    found += problems(tab, NARROW_AND_WIDE)
    tab.get_by_role("button", name="Change the details").click()
    expect(
        tab.get_by_text("Department: (empty) → Purchasing, by clerk@example.com")
    ).to_be_visible()
    press(tab, "Merge invoice: Global", "Merge invoice", found)
    expect(tab.get_by_text("one invoice covers Japan and Global, sent")).to_be_visible()
    found += problems(tab, NARROW_AND_WIDE)
    press(tab, "Separate the invoices", "Separate the invoices", found)
    expect(tab.get_by_text("Japan and Global are billed apart")).to_be_visible()
    assert found == []
