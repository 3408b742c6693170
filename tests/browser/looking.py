"""Looking at a page in each look and width."""

from collections.abc import Iterable

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

Look = tuple[int, str]
"""How wide the window is, and which colours the person prefers."""

LOOKS: tuple[Look, ...] = ((390, "light"), (390, "dark"), (1280, "light"), (1280, "dark"))

# The rules only: what axe says of all elements of a page takes long to hand over.
VIOLATIONS = """
axe.run({resultTypes: ["violations"]}).then(found => found.violations.map(one => one.id))
"""


def problems(page: Page, looks: Iterable[Look] = LOOKS) -> list[str]:
    """What axe finds, and whether the page scrolls sideways."""
    found = []
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
        page.add_init_script(AXE_SCRIPT)  # for the next ones: the browser has half a megabyte then
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [f"{width} {scheme} {rule}" for rule in page.evaluate(VIOLATIONS)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{width} {scheme} scrolls sideways")
    return found
