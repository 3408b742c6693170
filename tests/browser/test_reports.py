"""A report in a real browser: with scripts only the list is replaced, without them all works."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Account
from billing_portal.common.reports.report import REPORTS
from tests.browser.conftest import Kept
from tests.browser.looking import problems
from tests.common.reports.acts import ACTS, acts


@pytest.fixture(autouse=True)
def _acts(settings: Settings, monkeypatch: pytest.MonkeyPatch, customer: Account) -> None:
    settings.ROOT_URLCONF = "tests.common.reports.urls"
    monkeypatch.setitem(REPORTS, ACTS.name, ACTS)
    acts(customer, 60)


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def reader(
    request: pytest.FixtureRequest, chromium: Browser, live_server: LiveServer, kept: list[Kept]
) -> Iterator[Page]:
    """The clerk's tab, with and without scripts."""
    with chromium.new_context(
        base_url=live_server.url, java_script_enabled=request.param
    ) as context:
        page = context.new_page()
        context.add_cookies(kept[0].cookies)
        page.goto("/acts/")
        yield page


def test_filters_sorting_and_pages_are_in_the_address(reader: Page) -> None:
    reader.get_by_label("Search").fill("thing")
    reader.get_by_role("button", name="Apply").click()
    reader.wait_for_url("**/acts/?*q=thing*")
    reader.get_by_role("link", name="On what").click()
    reader.wait_for_url("**/acts/?*q=thing*sort=subject*")
    reader.get_by_role("link", name="Next").click()
    reader.wait_for_url("**/acts/?*page=2*")
    expect(reader.get_by_text("26 to 50 of 60")).to_be_visible()
    expect(reader.get_by_label("Search")).to_have_value("thing")
    reader.go_back()
    expect(reader.get_by_text("1 to 25 of 60")).to_be_visible()
    reader.reload()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Acts")
    expect(reader.get_by_text("1 filter set")).to_be_visible()


def test_a_page_is_jumped_to(reader: Page) -> None:
    reader.get_by_role("spinbutton").fill("3")
    reader.get_by_role("button", name="Go").click()
    expect(reader.get_by_text("51 to 60 of 60")).to_be_visible()


def test_a_wrong_filter_is_said_beside_its_field(reader: Page) -> None:
    reader.goto("/acts/?since=yesterday")
    field = reader.get_by_label("Since")
    expect(field).to_have_value("yesterday")
    expect(field).to_have_accessible_description(re.compile("Enter a valid date"))


def test_the_csv_is_downloaded_with_the_filters_in_its_name(reader: Page) -> None:
    reader.get_by_label("Search").fill("thing 1")
    reader.get_by_role("button", name="Apply").click()
    expect(reader.get_by_text("1 filter set")).to_be_visible()
    with reader.expect_download() as download:
        reader.get_by_role("link", name="Download CSV").click()
    assert download.value.suggested_filename == "acts_thing-1.csv"


def test_with_scripts_only_the_list_is_replaced(tab: Page) -> None:
    tab.goto("/acts/")
    tab.evaluate("document.querySelector('h1').dataset.kept = 'yes'")
    tab.get_by_role("link", name="On what").click()
    expect(tab.locator("th[aria-sort=ascending]")).to_have_text(re.compile("On what"))
    assert tab.evaluate("document.querySelector('h1').dataset.kept") == "yes"


def test_who_is_signed_out_meanwhile_is_led_to_the_door(tab: Page) -> None:
    tab.goto("/acts/")
    tab.context.clear_cookies()
    tab.get_by_role("link", name="On what").click()
    expect(tab).to_have_title(re.compile("Sign in"))


def test_the_header_of_a_long_table_stays_in_sight(tab: Page) -> None:
    tab.set_viewport_size({"width": 1280, "height": 600})
    tab.goto("/acts/?per_page=100")
    tab.mouse.wheel(0, 1500)
    expect(tab.get_by_role("columnheader", name="On what")).to_be_in_viewport()


def test_a_list_has_no_violation_in_any_look_or_width(tab: Page) -> None:
    found = []
    for path in ("/acts/", "/acts/?q=thing", "/acts/?since=x", "/acts/?q=nowhere"):
        tab.goto(path)
        found += [f"{path} {problem}" for problem in problems(tab)]
    assert found == []
