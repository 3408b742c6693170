"""The page of all parts in a real browser: no violation, no side scroll, in any look and width."""

import pytest
from playwright.sync_api import Page

from accounts.models import User
from tests.browser.conftest import EMAIL
from tests.browser.looking import problems


@pytest.fixture
def staff(tab: Page) -> Page:
    User.objects.filter(email=EMAIL).update(is_staff=True)
    return tab


@pytest.mark.parametrize("look", ["", "?look=light", "?look=dark", "?month=0000-00"])
def test_every_part_in_every_look(staff: Page, look: str) -> None:
    staff.goto(f"/parts/{look}")
    assert problems(staff) == []
    for group in staff.locator("details:not(.menu, .phone-menu)").all()[:3]:
        group.evaluate("group => group.open = true")
    assert problems(staff) == []


def test_an_open_menu_closes_by_escape(staff: Page) -> None:
    staff.goto("/parts/")
    menu = staff.locator("details.menu.person")
    menu.locator("summary").click()
    staff.keyboard.press("Escape")
    assert menu.get_attribute("open") is None


def test_focus_is_seen(staff: Page) -> None:
    staff.goto("/parts/")
    for _step in range(12):
        staff.keyboard.press("Tab")
        width = staff.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert width not in {"", "0px"}


def test_printed_it_is_as_wide_as_the_paper(staff: Page) -> None:
    staff.goto("/parts/")
    staff.set_viewport_size({"width": 718, "height": 1000})
    staff.emulate_media(media="print")
    assert not staff.evaluate("document.documentElement.scrollWidth > innerWidth")
