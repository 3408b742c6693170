"""Files for people: written once, and again only when they are not what they should be."""

from collections.abc import Callable
from pathlib import Path

import pytest

from billing_portal.management.handout import hand_out
from invoices.choices import BillState
from invoices.models import Bill
from tests import document_factories, factories
from tests.document_factories import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed() -> Bill:
    """A closed bill of account A with its invoice INV-000001 and the PDF of that."""
    bill = factories.bill(account=factories.account(key="A"), state=BillState.CLOSED)
    series = factories.series(issuer=factories.issuer())
    invoice = factories.invoice(bills=[bill], series=series, label="INV-000001")
    document_factories.pdf(invoice=invoice)
    return bill


@pytest.fixture
def exported() -> list[Path]:
    """What was exported so far."""
    return []


@pytest.fixture
def run(tmp_path: Path, exported: list[Path]) -> Callable[[], list[tuple[str, Path]]]:
    def export(bill: Bill, path: Path) -> None:
        exported.append(path)
        path.write_text(f"lines of {bill.account.key}")

    return lambda: list(hand_out(folder=tmp_path / "out", export=export))


Run = Callable[[], list[tuple[str, Path]]]


def test_every_pdf_and_every_closed_bill_becomes_a_file(closed: Bill, run: Run) -> None:
    (pdf, paper), (csv, lines) = run()
    assert (pdf, paper.name, paper.read_bytes()) == ("PDF", "INV-000001.pdf", PDF)
    assert (csv, lines.name) == ("CSV", f"A-{closed.month.compact}-japan.csv")
    assert lines.read_text() == "lines of A"


def test_a_second_time_lists_the_same_and_writes_nothing(
    closed: Bill, run: Run, exported: list[Path]
) -> None:
    first = run()
    before = [path.stat().st_mtime_ns for _kind, path in first]
    assert run() == first
    assert [path.stat().st_mtime_ns for _kind, path in first] == before
    assert len(exported) == 1


def test_a_damaged_file_is_written_again(closed: Bill, run: Run) -> None:
    for _kind, path in run():
        path.write_text("scribble")
    assert [path.read_text() for _kind, path in run()] == [PDF.decode(), "lines of A"]


def test_an_open_bill_is_not_handed_out(run: Run) -> None:
    factories.bill(account=factories.account(), state=BillState.PROPOSED)
    assert run() == []
