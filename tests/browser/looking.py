"""Looking at a page in each look and width."""

from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Look = tuple[int, str]
"""How wide the window is, and which colours the person prefers."""

LOOKS: tuple[Look, ...] = ((390, "light"), (390, "dark"), (1280, "light"), (1280, "dark"))


def problems(page: Page, looks: Iterable[Look] = LOOKS) -> list[str]:
    """What axe finds, and whether the page scrolls sideways."""
    found = []
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        violations = Axe().run(page).response["violations"]
        found += [f"{width} {scheme} {violation['id']}" for violation in violations]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{width} {scheme} scrolls sideways")
    return found
