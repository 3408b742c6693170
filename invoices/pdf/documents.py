"""A document's snapshot (docs/documents.md) as pages to pay from.

The snapshot holds everything that is printed but for the annexes, so the bytes depend on both and
on `made_with` alone: no clock, no database, no setting. Every form of snapshot keeps the page that
it was first printed with.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.template.loader import render_to_string

from invoices.pdf import first, press, second
from invoices.pdf.pieces import Annexed

PRINTABLE = "meisai.invoice/2"
"""The form of snapshot that documents have today."""
TEMPLATE = "invoices/pdf/document.html"


class Layout(NamedTuple):
    """How snapshots of one form are printed; the edition is raised with every change of it."""

    edition: int
    page: Callable[[Mapping[str, Any], Sequence[Annexed]], dict[str, Any]]


LAYOUTS: Mapping[str, Layout] = {
    "meisai.invoice/1": Layout(2, first.page),
    PRINTABLE: Layout(4, second.page),
}


class UnknownSnapshot(ValueError):
    """The snapshot has a form that this renderer does not know."""


def made_with(snapshot: str) -> str:
    """Name what prints a snapshot: the same snapshot, annexes and name give the same bytes."""
    return f"meisai {_layout(json.loads(snapshot)).edition}, {press.engine()}"


def render(snapshot: str, *, snapshot_hash: str, annexes: Sequence[Annexed] = ()) -> bytes:
    """Return the PDF/A-3b file of a snapshot (canonical JSON). Raises UnknownSnapshot."""
    values = json.loads(snapshot)
    layout = _layout(values)
    html = render_to_string(TEMPLATE, layout.page(values, annexes))
    return press.print_pdf(html, identifier=snapshot_hash.encode("ascii"))


def page(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is printed of a snapshot: nothing but text. Raises UnknownSnapshot."""
    return _layout(values).page(values, ())


def _layout(values: Mapping[str, Any]) -> Layout:
    form = str(values.get("form"))
    if form not in LAYOUTS:
        raise UnknownSnapshot(f"{form!r} is none of {', '.join(LAYOUTS)}.")
    return LAYOUTS[form]
