"""Documents are found by date, amount, recipient and kind, and had as one ZIP with an index."""

import csv
import io
from datetime import date
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account, Job
from accounts.tasks.jobs import make
from billing_portal.common import files
from billing_portal.common.periods import Month
from invoices.models import Invoice
from tests import document_factories, factories
from tests.document_factories import PDF

pytestmark = pytest.mark.django_db


def paper(account: Account, label: str, month: int, gross: int, **fields: object) -> Invoice:
    bill = factories.bill(
        account=account, month=Month(2026, month), state="closed", gross_minor=gross
    )
    series = factories.series(issuer=factories.issuer())
    values = {"issue_date": date(2026, month + 1, 2), "counterparty": "見本商事", **fields}
    invoice = factories.invoice(bills=[bill], series=series, label=label, **values)
    document_factories.pdf(invoice=invoice)
    return invoice


@pytest.fixture
def archive(agg: Account, stray: Account) -> None:
    paper(agg, "A-6", 6, 500)
    paper(agg, "A-7", 7, 1000, kind="statement", counterparty="=Specimen Inc.")
    paper(agg, "A-8", 8, 1500, counterparty="")
    paper(agg, "A-9", 9, 0)
    paper(stray, "S-6", 6, 500, counterparty="Stranger Inc.")


CASES = [
    ("issued_since=2026-08-02&issued_until=2026-09-02", {"A-7", "A-8"}),
    ("least=500&most=1000", {"A-6", "A-7"}),
    ("counterparty=見本", {"A-6", "A-9"}),
    ("kind=statement", {"A-7"}),
    ("kind=statement&kind=invoice&least=1", {"A-6", "A-7", "A-8"}),
    ("missing=counterparty", {"A-8"}),
    ("missing=total_minor", {"A-9"}),
    ("counterparty=見本&least=1&issued_until=2026-07-31", {"A-6"}),
    ("issued_since=yesterday", set()),
    ("missing=label", set()),
]


@pytest.mark.parametrize(("query", "found"), CASES)
def test_documents_are_found_in_any_combination(
    query: str, found: set[str], archive: None, clerk: Client
) -> None:
    html = clerk.get(f"/invoices/?{query}").content.decode()
    labels = ("A-6", "A-7", "A-8", "A-9", "S-6")
    assert {label for label in labels if f"<bdi>{label}</bdi>" in html} == found


def unpacked(job: Job) -> tuple[dict[str, bytes], list[dict[str, str]]]:
    job.refresh_from_db()
    assert job.state == "done", job.error
    with ZipFile(io.BytesIO(files.read(job.stored_as))) as archive:
        names = {name: archive.read(name) for name in archive.namelist()}
    index = names.pop("index.csv").decode("utf-8-sig")
    return names, list(csv.DictReader(io.StringIO(index)))


def test_what_was_found_comes_as_a_zip_with_an_index(archive: None, clerk: Client) -> None:
    answer = clerk.post("/invoices/archive/?least=1000")
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("job", args=[job.pk])
    make(job_id=job.pk)
    pdfs, index = unpacked(job)
    assert pdfs == {"A-7.pdf": PDF, "A-8.pdf": PDF}
    by_number = {row["number"]: row for row in index}
    assert (by_number["A-7"]["kind"], by_number["A-7"]["total"]) == ("statement", "1000")
    assert by_number["A-7"]["counterparty"] == "'=Specimen Inc."
    assert (by_number["A-8"]["counterparty"], by_number["A-8"]["file"]) == ("", "A-8.pdf")


def test_a_pdf_that_waits_is_named_in_the_index_without_a_file(
    archive: None, agg: Account, clerk: Client
) -> None:
    bill = factories.bill(account=agg, month=Month(2026, 5), state="closed")
    series = factories.series(issuer=factories.issuer())
    factories.invoice(bills=[bill], series=series, label="A-5", counterparty="見本商事")
    clerk.post("/invoices/archive/?q=A-5")
    make(job_id=Job.objects.get().pk)
    pdfs, index = unpacked(Job.objects.get())
    assert (pdfs, [(row["number"], row["file"]) for row in index]) == ({}, [("A-5", "")])


class TestStaff:
    ADDRESS = "/staff/invoices/invoice/archive/"

    @pytest.fixture
    def desk(self, client: Client, archive: None) -> Client:
        client.force_login(factories.user(is_staff=True, is_superuser=True))
        return client

    def test_search_all_customers(self, desk: Client) -> None:
        html = desk.get(f"{self.ADDRESS}?issued_until=2026-07-31").content.decode()
        assert ("A-6" in html, "S-6" in html, "A-7" in html) == (True, True, False)
        assert "2 documents" in html

    def test_have_it_as_a_zip(self, desk: Client) -> None:
        desk.post(f"{self.ADDRESS}?counterparty=inc")
        make(job_id=Job.objects.get().pk)
        pdfs, _index = unpacked(Job.objects.get())
        assert set(pdfs) == {"A-7.pdf", "S-6.pdf"}

    def test_a_wrong_filter_makes_nothing(self, desk: Client) -> None:
        desk.post(f"{self.ADDRESS}?least=much")
        assert not Job.objects.exists()

    def test_is_for_who_may_see_documents(self, client: Client, archive: None) -> None:
        client.force_login(factories.user(is_staff=True))
        assert client.get(self.ADDRESS).status_code == 403
