"""From HTML to the bytes of a PDF/A-3b file. The same HTML and identifier give the same bytes.

The fonts and the style sheet are read once per process, when the first document is made: never at
import, so that a machine without the libraries or the fonts fails at a document and not at its
start.
"""

import atexit
import gc
import logging
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from django.template.loader import render_to_string

FONTS = Path("/usr/share/fonts/truetype/bizud-gothic")
"""Where Debian's fonts-morisawa-bizud-gothic puts them."""
FACES = (
    "BIZUDPGothic-Regular.ttf",
    "BIZUDPGothic-Bold.ttf",
    "BIZUDGothic-Regular.ttf",
    "BIZUDGothic-Bold.ttf",
)
ELEMENTS = "invoices/pdf/elements.css"
"""What the elements of our pages are, in place of a style sheet for all of HTML: that one makes six
pseudo-elements of every element, which took a quarter of the time."""
STYLE = "invoices/pdf/document.css"
VARIANT = "pdf/a-3b"
ENGINE_LOG = logging.getLogger("weasyprint")


class FontMissing(RuntimeError):
    """A font of the documents is not installed."""


class NotPrinted(RuntimeError):
    """Something would be missing from the document, such as a letter that no font has."""


class Press(NamedTuple):
    """What all documents of this process share."""

    page: Any
    css: Any
    fonts: Any
    version: str


def print_pdf(html: str, *, identifier: bytes) -> bytes:
    """Return the PDF of a page, which has to be well-formed XML.

    `identifier` becomes the permanent part of the file identifier. Raises FontMissing, and
    NotPrinted where the page could be made in part only.
    """
    press = _press()
    with _nothing_missing(), warnings.catch_warnings():
        # WeasyPrint 70 leaves the file of its colour profile to the garbage collector.
        warnings.filterwarnings("ignore", "unclosed file.*sRGB", ResourceWarning)
        pdf = press.page(html).write_pdf(
            stylesheets=[press.css],
            font_config=press.fonts,
            finisher=_finish,
            pdf_variant=VARIANT,
            pdf_identifier=identifier,
        )
    return bytes(pdf)


def engine() -> str:
    """Name what makes the bytes, with its version."""
    return f"weasyprint {_press().version}"


@contextmanager
def _nothing_missing() -> Iterator[None]:
    """Turn what WeasyPrint only notes in its log into a failure."""
    notes = _Notes(logging.WARNING)
    ENGINE_LOG.addHandler(notes)
    try:
        yield
    finally:
        ENGINE_LOG.removeHandler(notes)
    if notes.texts:
        raise NotPrinted("; ".join(dict.fromkeys(notes.texts)))


class _Notes(logging.Handler):
    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@cache
def _press() -> Press:
    # Here and not above: see the module's first lines. It also takes half a second.
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    ENGINE_LOG.setLevel(logging.WARNING)  # for `_nothing_missing`, however quiet the rest is
    faces = {f"font:{name}": _face(name) for name in FACES}

    class StaticMap(URLFetcher):  # type: ignore[misc]
        """Knows four fonts and refuses everything else: no network, no files."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            if url not in faces:
                raise ValueError(f"Documents do not load {url}.")
            return URLFetcherResponse(url, faces[url].read_bytes(), {"Content-Type": "font/ttf"})

    class Page(weasyprint.HTML):  # type: ignore[misc]
        """A page as the parser of XML reads it, which is in C."""

        def __init__(self, text: str) -> None:
            self.base_url, self.media_type, self.url_fetcher = None, "print", fetcher
            self.etree_element = ET.fromstring(text)  # noqa: S314 - our own templates
            wrapper = weasyprint.cssselect2.ElementWrapper
            self.wrapper_element = wrapper.from_html_root(self.etree_element)

        def _ua_stylesheets(self, _forms: bool = False) -> list[Any]:
            return [elements]

    fonts = FontConfiguration()
    # It keeps copies of the fonts in a folder, which it can no longer remove when Python has ended.
    atexit.register(_press.cache_clear)
    fetcher = StaticMap()
    with _nothing_missing():
        elements, css = (
            weasyprint.CSS(string=render_to_string(name), font_config=fonts, url_fetcher=fetcher)
            for name in (ELEMENTS, STYLE)
        )
    # Each document makes so many objects that the collector looks through all of the program for
    # garbage several times: what is there by now stays, and need not be looked at (a sixth).
    gc.collect()
    gc.freeze()
    return Press(Page, css, fonts, weasyprint.__version__)


def _face(name: str) -> Path:
    path = FONTS / name
    if not path.is_file():
        raise FontMissing(f"{path} is missing: install fonts-morisawa-bizud-gothic.")
    return path


def _finish(_document: Any, pdf: Any) -> None:
    """Compress fonts, and drop the empty resource dictionaries that PDF/A validators object to."""
    for thing in pdf.objects:
        if getattr(thing, "compress", False):
            _compress(thing)
        if isinstance(thing, dict):
            _drop_empty(thing)
            if isinstance(thing.get("Resources"), dict):
                _drop_empty(thing["Resources"])


def _compress(stream: Any) -> None:
    """Compress what is one piece, such as a font, at zlib's usual level: the highest one, which
    WeasyPrint takes, costs a twentieth of the time of a document for a hundredth of its bytes.
    """
    if len(stream.stream) == 1 and isinstance(stream.stream[0], bytes):
        stream.stream = [zlib.compress(stream.stream[0])]
        stream.extra["Filter"] = "/FlateDecode"
        stream.compress = False


def _drop_empty(resources: dict[str, Any]) -> None:
    for kind in ("Pattern", "Shading"):
        if kind in resources and not resources[kind]:
            del resources[kind]
