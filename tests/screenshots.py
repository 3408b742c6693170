"""Pictures of the main pages for the README: the demonstration at a fixed time, in a real browser.

`script/screenshots` runs it. The pictures are drawn with few colours, so that they stay small.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "img"
CLOCK = "2026-11-18T09:00:00Z"
CUSTOMER, STAFF = "seikyu@kakuu.example.com", "operator@example.com"
PASSWORD = "demo-only-meisai"
COLOURS, LARGEST = 64, 150_000
START_SECONDS = 180
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
BILL = "/bills/KAKUU/japan/2026-10/"


@dataclass(frozen=True)
class Picture:
    """One page as one person sees it."""

    name: str
    path: str
    who: str = CUSTOMER
    language: Literal["en", "ja"] = "en"
    theme: Literal["light", "dark"] = "light"
    width: int = 1280
    height: int = 900


PICTURES = (
    Picture("home", "/"),
    Picture("home-dark", "/", theme="dark"),
    Picture("home-ja", "/", language="ja"),
    Picture("home-phone", "/", width=390, height=844),
    Picture("bills", "/bills/"),
    Picture("bill", BILL),
    Picture("bill-ja", BILL, language="ja"),
    Picture("bill-devices-dark", f"{BILL}devices/", theme="dark"),
    Picture("invoices", "/invoices/"),
    Picture("devices", "/devices/"),
    Picture("staff", "/staff/", who=STAFF),
    Picture("staff-run", "/staff/invoices/billingrun/1/change/", who=STAFF),
)


class NotStarted(RuntimeError):
    """The demonstration did not come up; the text is what it said."""


@contextmanager
def demonstration(address: str) -> Iterator[str]:
    """The whole portal with the demonstration, in a folder of its own that is removed again."""
    folder = Path(tempfile.mkdtemp(prefix="meisai-pictures-"))
    clean = {name: text for name, text in os.environ.items() if not name.startswith("MEISAI_")}
    environment = clean | {"MEISAI_VAR_DIR": str(folder), "MEISAI_CLOCK": CLOCK, "DATABASE_URL": ""}
    command = [sys.executable, str(ROOT / "manage.py"), "up", "--demo", "--address", address]
    log = folder / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        _wait(process, log)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def take(browser: Browser, base: str, picture: Picture) -> Path:
    """Draw one page and return the file."""
    with browser.new_context(
        base_url=base,
        color_scheme=picture.theme,
        viewport={"width": picture.width, "height": picture.height},
        reduced_motion="reduce",
    ) as context:
        page = context.new_page()
        _sign_in(page, picture)
        page.goto(picture.path)
        page.wait_for_load_state("networkidle")
        return _keep(page.screenshot(), FOLDER / f"{picture.name}.png")


def main(names: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demonstration("127.0.0.1:8222") as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for picture in PICTURES:
            if not names or picture.name in names:
                file = take(browser, base, picture)
                sys.stdout.write(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1000} kB\n")
        browser.close()


def _wait(process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while "Ctrl-C" not in log.read_text(encoding="utf-8"):
        if process.poll() is not None or time.monotonic() > end:
            raise NotStarted(log.read_text(encoding="utf-8"))
        time.sleep(0.5)


def _sign_in(page: Page, picture: Picture) -> None:
    page.goto("/sign-in/")
    page.locator("input[type=email]").first.fill(picture.who)
    page.locator("input[type=password]").first.fill(PASSWORD)
    with page.expect_navigation():
        page.locator("input[type=password]").first.press("Enter")
    switch = page.locator(f'form[action="/language/"] button[value="{picture.language}"]')
    if switch.count():  # it offers the language that the page does not have
        with page.expect_navigation():
            switch.first.evaluate("button => button.click()")


def _keep(picture: bytes, file: Path) -> Path:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.quantize(colors=COLOURS, dither=Image.Dither.NONE)
    image.save(file, optimize=True)
    if file.stat().st_size > LARGEST:
        image.resize((image.width * 3 // 4, image.height * 3 // 4)).save(file, optimize=True)
    return file


if __name__ == "__main__":
    main(sys.argv[1:])
