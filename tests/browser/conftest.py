"""A real browser, a real server, and a customer whose months the real services made."""

import shutil
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import Account
from tests import databases, factories
from tests.portal import months
from tests.portal.visitors import november

__all__ = ["november"]

EMAIL, PASSWORD = "clerk@example.com", "right horse battery"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's browser. Closed after the last test of this folder, and its event loop with it:
    as long as that runs in this thread, Django takes every query for asynchronous code.
    """
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium here: apt-get install chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Kept(NamedTuple):
    """The database with the customer in it, and the cookies of the clerk, who is signed in."""

    database: sqlite3.Connection
    cookies: list[Any]


@pytest.fixture(scope="package")
def kept() -> Iterator[list[Kept]]:
    """What there is once somebody has made it."""
    copies: list[Kept] = []
    yield copies
    for copy in copies:
        copy.database.close()


@pytest.fixture
def customer(
    transactional_db: None, november: None, kept: list[Kept], request: pytest.FixtureRequest
) -> Account:
    """AGG with October closed, November running, and a clerk who knows the password."""
    if kept:
        databases.restore(kept[0].database)
    else:
        _customer()
        browser = request.getfixturevalue("chromium")
        cookies = _sign_in(browser, request.getfixturevalue("live_server").url)
        kept.append(Kept(databases.remember(), cookies))
    return Account.objects.get(key="AGG")


def _customer() -> None:
    account = factories.account(key="AGG", team_name="Aozora Logistics")
    factories.person(account, email=EMAIL, password=PASSWORD, name="Keiko")
    months.two_months(account)
    months.print_invoices()


def _sign_in(browser: Browser, url: str) -> list[Any]:
    """Sign the clerk in by the form."""
    with browser.new_context(base_url=url) as context:
        page = context.new_page()
        page.goto("/sign-in/")
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("/")
        return list(context.cookies())


@pytest.fixture
def tab(
    chromium: Browser, live_server: LiveServer, customer: Account, kept: list[Kept]
) -> Iterator[Page]:
    """The clerk's browser tab on the first page, signed in.

    A page that makes the browser complain fails the test: above all, a breach of the policy.
    """
    complaints: list[str] = []
    with chromium.new_context(base_url=live_server.url) as context:
        page = context.new_page()
        page.on("console", lambda message: _note(message, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        context.add_cookies(kept[0].cookies)
        page.goto("/")
        yield page
    assert complaints == []


def _note(message: ConsoleMessage, complaints: list[str]) -> None:
    """Note what a browser finds wrong; pages that are not there are asked for on purpose."""
    if message.type in {"error", "warning"} and "status of 4" not in message.text:
        complaints.append(message.text)
