"""Second factors in a real browser: an app, and a security key that the browser plays."""

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.models import AuditEntry, Mail
from tests.accounts.second_factors import code_now
from tests.browser.conftest import EMAIL, PASSWORD

KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


NO_KEY = "() => { navigator.credentials.create = () => Promise.reject(new Error('no key')) }"


@pytest.fixture(autouse=True)
def _no_attempts_counted() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def key(tab: Page) -> Page:
    """The clerk's tab on a machine with a security key."""
    session = tab.context.new_cdp_session(tab)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return tab


def open_security(page: Page) -> None:
    page.goto("/settings/security/")


def confirm(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def sign_in_again(page: Page) -> None:
    """Sign out, and type address and password."""
    page.context.clear_cookies()
    page.goto("/sign-in/?next=/settings/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")


def set_up_app(page: Page) -> str:
    """Set up an app by the pages; its secret. Ends on the page of the recovery codes."""
    open_security(page)
    page.get_by_role("link", name="Set up an app").click()
    confirm(page)
    secret = page.locator("code").inner_text()
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    return secret


def test_an_app_is_set_up_and_asked_for_from_then_on(tab: Page) -> None:
    secret = set_up_app(tab)
    sign_in_again(tab)
    tab.get_by_label("Code").fill("000000")
    tab.get_by_role("button", name="Sign in", exact=True).click()
    expect(tab.get_by_text("This code is not right")).to_be_visible()
    tab.get_by_label("Code").fill(code_now(secret))
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.wait_for_url("**/settings/")


def test_a_recovery_code_stands_in_for_a_lost_phone(tab: Page) -> None:
    set_up_app(tab)
    code = tab.locator(".codes li").first.inner_text()
    sign_in_again(tab)
    tab.get_by_label("Code").fill(code)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.wait_for_url("**/settings/")
    open_security(tab)
    expect(tab.get_by_text("9 left")).to_be_visible()


def add_key(page: Page) -> None:
    """Add a security key by the pages."""
    open_security(page)
    page.get_by_role("link", name="Add a key").click()
    confirm(page)
    page.get_by_label("Name of the key").fill("Blue key")
    page.get_by_role("button", name="Add the key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")


def test_a_security_key_is_added_and_opens_the_door(key: Page) -> None:
    add_key(key)
    open_security(key)
    expect(key.get_by_text("Blue key", exact=True)).to_be_visible()
    sign_in_again(key)
    key.get_by_role("button", name="Use a security key").click()
    key.wait_for_url("**/settings/")
    kinds = AuditEntry.objects.filter(action="factor.added").values_list("detail", flat=True)
    assert {"kind": "webauthn"} in list(kinds)
    assert Mail.objects.filter(subject__contains="security key").count() == 1


def test_a_key_confirms_that_it_is_still_the_same_person(key: Page) -> None:
    add_key(key)
    sign_in_again(key)
    key.get_by_role("button", name="Use a security key").click()
    key.wait_for_url("**/settings/")
    open_security(key)
    key.get_by_role("link", name=re.compile("^Remove")).click()
    key.get_by_role("link", name="Use a security key instead").click()
    key.get_by_role("button", name="Use the key").click()
    key.get_by_role("button", name="Remove the key").click()
    expect(key.get_by_text("None yet.")).to_be_visible()


def test_a_button_for_keys_waits_for_its_script(tab: Page) -> None:
    tab.route("**/keys.js", lambda route: route.fulfill(body=""))
    open_security(tab)
    tab.get_by_role("link", name="Add a key").click()
    confirm(tab)
    expect(tab.get_by_role("button", name="Add the key")).to_be_disabled()


def test_a_key_that_does_not_answer_is_said_on_the_page(tab: Page) -> None:
    open_security(tab)
    tab.get_by_role("link", name="Add a key").click()
    confirm(tab)
    tab.evaluate(NO_KEY)
    tab.get_by_role("button", name="Add the key").click()
    expect(tab.get_by_text("The key did not answer")).to_be_visible()
