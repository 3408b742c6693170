"""Every page, light and dark, on phone and desktop: no violation that axe finds, no side scroll."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import Account, Job, User
from billing_portal.common import downloads
from tests.browser.conftest import EMAIL
from tests.browser.looking import problems
from tests.portal.months import NOW

PAGES = [
    "/",
    "/bills/",
    "/bills/AGG/japan/2026-11/",
    "/bills/AGG/global/2026-10/",
    "/bills/AGG/global/2026-10/days/",
    "/bills/AGG/global/2026-10/devices/?item=dataTrafficCharge",
    "/bills/AGG/global/2026-10/tags/",
    "/bills/AGG/global/2026-10/groups/",
    "/bills/AGG/global/2026-10/lines/",
    "/invoices/",
    "/invoices/?since=yesterday",
    "/jobs/1/?refresh=off",
    "/jobs/2/",
]


@pytest.fixture
def jobs(customer: Account) -> None:
    for pk, state in ((1, "running"), (2, "failed")):
        Job.objects.create(
            pk=pk,
            account=customer,
            person=User.objects.get(email=EMAIL),
            kind="detail-csv",
            subject={"coverage": "japan", "month": "2026-10"},
            state=state,
            percent=45,
            created_at=NOW,
            due_at=NOW,
        )


def test_pages_of_a_customer(tab: Page, jobs: None) -> None:
    found = []
    for path in PAGES:
        tab.goto(path)
        found += [f"{path} {problem}" for problem in problems(tab)]
    assert found == []


def test_pages_of_trouble(tab: Page) -> None:
    tab.goto("/bills/AGG/japan/2020-01/")
    assert tab.get_by_role("heading", level=1).inner_text() == "This page does not exist"
    assert problems(tab) == []
    tab.goto(f"/downloads/{downloads.sign(kind='detail-csv', key='1', seconds=-1)}/")
    assert tab.get_by_role("heading", level=1).inner_text() == "This download address has expired"
    assert problems(tab) == []


def test_pages_before_signing_in(tab: Page, settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 1
    tab.context.clear_cookies()
    tab.goto("/sign-in/")
    assert problems(tab) == []
    tab.get_by_label("E-mail address").fill(EMAIL)
    tab.get_by_label("Password").fill("wrong")
    tab.get_by_role("button", name="Sign in").click()
    assert tab.get_by_role("heading", level=1).inner_text() == "Locked for a while"
    assert problems(tab) == []


def test_a_printed_bill_has_no_buttons_and_is_as_wide_as_the_paper(tab: Page) -> None:
    tab.goto("/bills/AGG/japan/2026-10/")
    tab.set_viewport_size({"width": 718, "height": 1000})
    tab.emulate_media(media="print")
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    expect(tab.get_by_text("Download detail CSV")).to_be_hidden()
    assert not tab.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_the_keyboard_reaches_the_content_first(tab: Page) -> None:
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.hash") == "#content-start"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content-start"


def test_on_a_phone_the_menu_opens_without_scripts(tab: Page) -> None:
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.get_by_text("Menu", exact=True).click()
    tab.get_by_role("navigation", name="Menu").get_by_role("link", name="Invoices").click()
    tab.wait_for_url("**/invoices/?account=AGG")
