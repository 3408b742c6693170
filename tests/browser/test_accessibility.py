"""Every page, in both languages: no violation that axe finds, and no side scroll."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.choices import Role
from accounts.models import Account, ApiKey, Job, Membership, User
from billing_portal.common import downloads
from invoices.services.credits import PointWish, points
from tests import credit_factories, factories, payment_factories
from tests.browser.conftest import EMAIL
from tests.browser.looking import Look, problems
from tests.factories import MONTH
from tests.invoices.payments import till
from tests.invoices.plans import stall
from tests.portal.months import NOW
from tests.portal.test_access_matrix import MATRIX, PEOPLE
from tests.usage.packages import shelf
from tests.usage.reports import desk

BILL = {"key": "AGG", "coverage": "global", "month": "2026-10"}
PAY = {"key": "AGG", "coverage": "japan"}

# Name of the address, its parts, and what is asked for besides.
PAGES: list[tuple[str, dict[str, Any], str]] = [
    ("home", {}, ""),
    ("bills", {}, ""),
    ("bill", {**BILL, "coverage": "japan", "month": "2026-11"}, ""),
    ("bill", BILL, ""),
    ("bill-days", BILL, ""),
    ("bill-devices", BILL, "?item=dataTrafficCharge"),
    ("bill-tags", BILL, ""),
    ("bill-groups", BILL, ""),
    ("bill-lines", BILL, ""),
    ("invoices", {}, ""),
    ("invoices", {}, "?since=yesterday"),
    ("payment-settings", {}, ""),
    ("payment-cards", {}, ""),
    ("payment-points", {}, ""),
    ("invoice-payment", {"label": "PAY-1"}, ""),
    ("payment-coupons", {}, ""),
    ("payment-coupon-buy", PAY, ""),
    ("payment-coupon-register", PAY, ""),
    ("payment-discounts", {}, ""),
    ("payment-discount", {**PAY, "code": "longTermBasicCharge"}, ""),
    ("payment-order", {"key": "QUOTED"}, ""),
    ("payment-order", {"key": "WAITING"}, "?refresh=off"),
    ("payment-card-leave", {"key": "visit"}, ""),
    ("payment-card-remove", {"pk": 7}, ""),
    ("payment-sandbox", {}, "?setup=visit"),
    ("payment-apply", PAY, ""),
    ("payment-details", PAY, ""),
    ("payment-merge", PAY, ""),
    ("plans", {}, ""),
    ("plan-take", {"key": "AGG", "code": "pro"}, ""),
    ("device-add", {}, ""),
    ("device-switch", {"key": "lamp"}, ""),
    ("devices", {}, ""),
    ("devices", {}, "?q=nothing-like-it"),
    ("organisation-report", {}, "?by=type"),
    ("device", {"key": "99900japan"}, ""),
    ("device-activity", {"key": "99900japan"}, "?month=2026-10"),
    ("device-labels", {"key": "99900japan"}, ""),
    ("devices-upload", {}, ""),
    ("my-billing", {}, ""),
    ("my-billing", {}, "?month=2026-11"),
    ("active-devices", {}, ""),
    ("usage-reports", {}, ""),
    ("usage-reports", {}, "?month=2026-11"),
    ("usage-report", {"key": "TEN"}, ""),
    ("usage-report-billing", {"key": "TEN"}, ""),
    ("usage-report-quota", {"key": "TEN"}, ""),
    ("usage-report-attributes", {"key": "TEN"}, ""),
    ("package-history", {}, ""),
    ("package-history", {}, "?month=2026-11&event=reservation_release"),
    ("job", {"pk": 1}, "?refresh=off"),
    ("job", {"pk": 2}, ""),
    ("developers", {}, ""),
    ("settings-profile", {}, ""),
    ("settings-security", {}, ""),
    ("settings-address", {}, ""),
    ("settings-people", {}, ""),
    ("settings-invite", {}, ""),
    ("settings-rules", {}, ""),
    ("settings-keys", {}, ""),
    ("settings-key", {}, ""),
    ("settings-key-revoke", {"pk": 7}, ""),
    ("settings-person", {"pk": 7}, ""),
    ("settings-person-remove", {"pk": 7}, ""),
    ("account_change_password", {}, ""),
    ("mfa_index", {}, ""),
    ("mfa_activate_totp", {}, ""),
    ("mfa_add_webauthn", {}, ""),
    ("mfa_generate_recovery_codes", {}, ""),
    ("usersessions_list", {}, ""),
    ("invitation", {"token": "forged"}, ""),
    ("address-confirm", {"token": "forged"}, ""),
]
PARTS = 4
"""All pages in one test take longer than a test may."""
IN_EACH_LANGUAGE: dict[str, tuple[Look, ...]] = {
    "en": ((390, "light"), (1280, "dark")),
    "ja": ((390, "dark"), (1280, "light")),
}
# Files, pages of somebody who is not signed in, and those that lead to one of the pages above.
NOT_WALKED = {
    *("bill-csv", "bill-devices-csv", "devices-labels-csv", "invoice-pdf"),
    *("account_reset_password", "account_reset_password_done"),
    *("account_reset_password_from_key", "account_reset_password_from_key_done"),
    *("account_set_password", "mfa_list_webauthn"),
    *("developers-openapi", "developers-reference"),  # test_developers.py
}


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


@pytest.fixture
def details(customer: Account) -> None:
    """Invoice details that both coverages have."""
    factories.profile(account=customer)


@pytest.fixture
def cards(customer: Account) -> None:
    """Two cards, of which one has expired, a visit to the sandbox, and points."""
    payment_factories.card(account=customer)
    payment_factories.card(account=customer, pk=7, slot=2, is_default=False, exp_year=2020)
    payment_factories.setup(account=customer, key="visit", reference="visit")
    till.owed(customer, 1000, label="PAY-1", month=MONTH.plus(-5))
    wish = PointWish(account=customer, points=500, expires_on=MONTH.plus(6).last_day, reason="W")
    points.grant(wish=wish, today=NOW.date(), actor="a@example.com", now=NOW)


@pytest.fixture
def orders(customer: Account) -> None:
    """A coupon and a contract that are had, and two orders on the way."""
    credit_factories.coupon(account=customer)
    credit_factories.contract(account=customer)
    factories.price(item=credit_factories.contract_item(), unit_price="275")
    credit_factories.order(account=customer, key="QUOTED", state="quoted", ordered_at=None)
    credit_factories.order(account=customer, key="WAITING")


@pytest.fixture
def plan(customer: Account, cards: None) -> None:
    """A device on the plan that was taken, and another plan for sale."""
    standard, _pro = stall.plans_on_sale()
    stall.take(customer, standard)
    stall.thing(customer, "lamp", standard, name="Lamp")


@pytest.fixture
def colleague(customer: Account) -> None:
    """Somebody whom the clerk can give another role."""
    person = factories.user(email="colleague@example.com")
    Membership.objects.create(pk=7, user=person, account=customer, role=Role.VIEWER)


@pytest.fixture
def key(customer: Account) -> None:
    """One of two keys, which can be revoked."""
    ApiKey.objects.create(pk=7, account=customer, name="K", public_id="k", created_at=NOW)
    factories.api_key(account=customer)


@pytest.fixture
def report(customer: Account) -> None:
    """October with a tenant, billed by API calls."""
    tenant = factories.account(
        key="TEN", team_name="Tenant", parent=customer, business_model="api_calls"
    )
    desk.frozen(customer, tenant)


@pytest.fixture
def quota(customer: Account) -> None:
    """A package that ends within three months, a campaign of October and one that runs."""
    october = MONTH.start
    shelf.create(customer, 1000, at=october.replace(month=2))
    shelf.finish(shelf.start(customer, 300, at=october), at=october)
    shelf.start(customer, 40, at=october)


@pytest.mark.usefixtures("jobs", "colleague", "key", "report", "quota", "details", "plan", "orders")
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", IN_EACH_LANGUAGE)
def test_pages_of_a_customer(tab: Page, language: str, part: int) -> None:
    User.objects.update(language=language)
    found = []
    for name, parts, query in PAGES[part::PARTS]:
        path = reverse(name, kwargs=parts) + query
        tab.goto(path)
        assert tab.evaluate("document.documentElement.lang") == language
        found += [f"{path} {problem}" for problem in problems(tab, IN_EACH_LANGUAGE[language])]
    assert found == []


def test_no_page_is_left_out() -> None:
    aggregator = PEOPLE.index("aggregator")
    shown = {
        name
        for name, method, _parts, statuses in MATRIX
        if method == "get" and statuses[aggregator] == 200
    }
    assert shown - NOT_WALKED <= {name for name, _parts, _query in PAGES}


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
