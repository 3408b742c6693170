"""From a new key to an answer, by mouse: the key is made, and an address tried with it."""

import re

from playwright.sync_api import Page, expect

from accounts.models import Account
from tests.browser.looking import problems
from tests.usage.packages import shelf


def test_a_new_key_opens_an_address_of_the_reference(tab: Page, customer: Account) -> None:
    shelf.create(customer, quota=4321)
    secret = new_key(tab)
    tab.get_by_role("link", name="How to begin").click()
    expect(tab.get_by_text("curl -X POST").first).to_contain_text("keyId-")
    tab.get_by_role("link", name="Try every address").click()
    authorize(tab, secret)
    one = tab.locator(".opblock", has_text="/v3/service-packages-quota").first
    one.locator(".opblock-summary-control").click()
    one.get_by_role("button", name="Try it out").click()
    one.get_by_role("button", name="Execute").click()
    expect(one.locator(".live-responses-table")).to_contain_text(re.compile(r'"quota":\s*4321'))
    assert problems(tab) == []


def new_key(tab: Page) -> str:
    """Make a key for reading, by the form; the page that shows its secret is looked at too."""
    tab.goto("/settings/keys/new/")
    tab.get_by_label("Name").fill("Nightly script")
    tab.get_by_label("Read usage").check()
    tab.get_by_role("button", name="Make the key").click()
    assert problems(tab) == []
    return tab.get_by_text("secret-").inner_text()


def authorize(tab: Page, secret: str) -> None:
    tab.get_by_role("button", name="Authorize", exact=True).click()
    form = tab.locator(".auth-container", has_text="The secret of a key")
    form.get_by_role("textbox").fill(secret)
    assert problems(tab) == []
    form.get_by_role("button", name="Apply credentials").click()
    tab.locator(".close-modal").click()
