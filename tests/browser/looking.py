"""Looking at a page in each look and width."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")


def problems(page: Page) -> list[str]:
    """What axe finds, and whether the page scrolls sideways."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            violations = Axe().run(page).response["violations"]
            found += [f"{width} {scheme} {violation['id']}" for violation in violations]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{width} scrolls sideways")
    return found
