"""Proving issued documents: snapshot, columns, seals, sums and files, each found apart."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet

from billing_portal.common import files
from billing_portal.common.money import plain
from invoices.choices import DocumentKind, RenderState
from invoices.models import Annex, DocumentFile, Invoice, InvoiceBill, Order, Series
from invoices.services.documents import annexes
from invoices.services.documents.recomputation import Left, wrong_amounts
from invoices.services.documents.snapshots import digest, seal
from invoices.services.documents.standing import standing_of

CHUNK = 200


class Finding(NamedTuple):
    """Something that is not as it was issued. `where` names the document or series."""

    where: str
    what: str


def verify_documents(*, invoices: QuerySet[Invoice]) -> list[Finding]:
    """Check these invoices, and the chain of every series that they belong to.

    Nothing is written. An unbroken document has no finding; a broken one has one for each thing
    that does not fit, so that a changed amount and a changed file can be told apart.
    """
    found: list[Finding] = []
    links = InvoiceBill.objects.select_related("bill__annex")
    rows = invoices.select_related("file", "rendering").prefetch_related(
        Prefetch("invoice_bills", links)
    )
    for invoice in rows.order_by("series", "number").iterator(chunk_size=CHUNK):
        found += (Finding(invoice.label, what) for what in _problems(invoice))
    for series in Series.objects.filter(pk__in=invoices.order_by().values("series")):
        found += _chain(series)
    return found


def _problems(invoice: Invoice) -> Iterator[str]:
    if digest(invoice.snapshot) != invoice.snapshot_hash:
        yield "The snapshot is not the one that was issued."
    own_seal = seal(
        previous=invoice.previous_seal, label=invoice.label, snapshot_hash=invoice.snapshot_hash
    )
    if own_seal != invoice.seal:
        yield "The seal does not fit the label and the snapshot."
    yield from _content(invoice)
    yield from _file(invoice)
    yield from _annexes(invoice)


def _content(invoice: Invoice) -> Iterator[str]:
    try:
        snapshot = json.loads(invoice.snapshot)
        columns, wrong = _columns(invoice, snapshot), wrong_amounts(snapshot, _left(invoice))
        bills, orders = _bills(snapshot), _orders(snapshot)
    except (ValueError, LookupError, TypeError, ArithmeticError) as error:
        yield f"The snapshot cannot be read: {error!r}."
        return
    yield from (f"The column {name} is not what the snapshot says." for name in columns)
    if wrong:
        yield f"The stated amounts do not follow from the lines: {', '.join(wrong)}."
    if bills != _linked(invoice):
        yield "The bills are not those that the snapshot names."
    if orders != _ordered(invoice):
        yield "The order is not the one that the snapshot names."


def _left(invoice: Invoice) -> Left | None:
    """What a return invoice could give back at most."""
    if invoice.kind != DocumentKind.RETURN or invoice.corrects is None:
        return None
    standing = standing_of(invoice=invoice.corrects, before=invoice.pk)
    return (
        {(group.category, Fraction(group.rate)): row for group, row in standing.left.items()},
        {(group.category, Fraction(group.rate)): tax for group, tax in standing.jpy_left.items()},
    )


def _linked(invoice: Invoice) -> set[tuple[str, str, str, str]]:
    """The bills of a document; a modified invoice has those of the one first issued."""
    if invoice.kind == DocumentKind.MODIFIED:
        links = InvoiceBill.objects.filter(invoice=_first(invoice)).select_related("bill")
    else:
        links = invoice.invoice_bills.all()
    bills = (link.bill for link in links)
    return {(bill.coverage, bill.month.iso, bill.seal, bill.detail_hash) for bill in bills}


def _ordered(invoice: Invoice) -> set[tuple[str, str]]:
    """The order that a document sells; a modified invoice has that of the one first issued."""
    rows = Order.objects.filter(document=_first(invoice))
    return {(key, plain(price)) for key, price in rows.values_list("key", "unit_price")}


def _first(invoice: Invoice) -> Invoice:
    is_modified = invoice.kind == DocumentKind.MODIFIED
    return standing_of(invoice=invoice).chain[0] if is_modified else invoice


def _columns(invoice: Invoice, snapshot: Mapping[str, Any]) -> list[str]:
    totals = snapshot["totals"]
    said = {
        "label": snapshot["label"],
        "number": snapshot["number"],
        "month": snapshot["month"],
        "currency": snapshot["currency"],
        "issue_date": snapshot["issue_date"],
        "due_date": snapshot["due_date"],
        "kind": snapshot.get("kind", DocumentKind.INVOICE),
        "counterparty": snapshot["recipient"]["company"],
        "due_minor": snapshot["amount_due_minor"],
        "net_minor": totals["net_minor"],
        "tax_minor": totals["tax_minor"],
        "total_minor": totals["gross_minor"],
    }
    return [name for name, value in said.items() if str(getattr(invoice, name)) != str(value)]


def _bills(snapshot: Mapping[str, Any]) -> set[tuple[str, str, str, str]]:
    return {
        (each["coverage"], each["month"], each["bill_seal"], each["detail_hash"])
        for each in snapshot["sections"]
        if "order" not in each
    }


def _orders(snapshot: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(each["order"], each["net"]) for each in snapshot["sections"] if "order" in each}


def _file(invoice: Invoice) -> Iterator[str]:
    file: DocumentFile | None = getattr(invoice, "file", None)
    if file is None:
        rendering = getattr(invoice, "rendering", None)
        if rendering is None or rendering.state == RenderState.DONE:
            yield "There is no PDF, and none is on its way."
        return
    try:
        data = files.read(file.stored_as)
    except OSError:
        yield f"The PDF {file.stored_as} is missing."
        return
    if hashlib.sha256(data).hexdigest() != file.sha256 or len(data) != file.size:
        yield f"The PDF {file.stored_as} is not the one that was made."


def _annexes(invoice: Invoice) -> Iterator[str]:
    """Those of the bills that were first invoiced here: a modified document has the same."""
    for link in invoice.invoice_bills.all():
        annex: Annex | None = getattr(link.bill, "annex", None)
        if annex is not None:
            yield from _annex(annex)


def _annex(annex: Annex) -> Iterator[str]:
    digest = hashlib.sha256()
    try:
        for piece in annexes.unpacked(annex):
            digest.update(piece)
    except FileNotFoundError:
        yield f"The annex {annex.stored_as} is missing."
    except (OSError, EOFError, zlib.error) as error:
        yield f"The annex {annex.stored_as} cannot be read: {error}."
    else:
        if digest.hexdigest() != annex.sha256:
            yield f"The annex {annex.stored_as} is not the one that was made."


def _chain(series: Series) -> Iterator[Finding]:
    """Check that numbers have no gap and that every seal binds the one before it."""
    rows = Invoice.objects.filter(series=series).order_by("number")
    expected, last_seal = 1, ""
    for number, label, previous, own in _light(rows):
        if number != expected:
            yield Finding(series.prefix, f"Number {expected} is missing before {label}.")
        elif previous != last_seal:
            yield Finding(label, "The seal does not bind the document before it.")
        expected, last_seal = number + 1, own
    if (series.last_number, series.last_seal) != (expected - 1, last_seal):
        yield Finding(series.prefix, "The counter does not stand at the last document.")


def _light(rows: QuerySet[Invoice]) -> Iterable[tuple[int, str, str, str]]:
    columns = rows.values_list("number", "label", "previous_seal", "seal")
    return columns.iterator(chunk_size=CHUNK)
