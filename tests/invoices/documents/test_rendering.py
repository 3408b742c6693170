"""Rendering stores the PDF once, can be repeated, and tells when it fails."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from billing_portal.common import files, leases
from invoices import pdf
from invoices.choices import RenderState
from invoices.models import DocumentFile, Invoice, Rendering
from invoices.services.documents import RenderedOtherwise, render
from invoices.tasks import documents as tasks
from tests import factories
from tests.invoices.documents.bills import closed_bill, invoice_of


@pytest.fixture
def invoice(customer: Account) -> Invoice:
    return invoice_of(closed_bill(customer))


def rendered(invoice: Invoice) -> DocumentFile:
    return render(invoice_id=invoice.pk, now=factories.NOW)


def rendering_of(invoice: Invoice) -> Rendering:
    return Rendering.objects.get(invoice=invoice)


def broken(*_arguments: object, **_options: object) -> bytes:
    raise pdf.FontMissing("BIZUDGothic is missing")


def test_the_file_is_stored_by_its_content(invoice: Invoice) -> None:
    file = rendered(invoice)
    data = files.read(file.stored_as)
    assert data.startswith(b"%PDF-1.7")
    assert (file.sha256, file.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert file.made_with == pdf.made_with(invoice.snapshot)
    assert rendering_of(invoice).state == RenderState.DONE


def test_a_second_rendering_gives_the_same_bytes_and_row(invoice: Invoice) -> None:
    first = rendered(invoice)
    assert rendered(invoice) == first
    assert DocumentFile.objects.count() == 1


def test_a_kill_between_file_and_row_is_made_good(
    invoice: Invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(name: str) -> None:
        if name == "render.file":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("invoices.services.documents.rendering.reached", killed)
        with pytest.raises(KeyboardInterrupt):
            rendered(invoice)
    assert not DocumentFile.objects.exists()
    assert files.read(rendered(invoice).stored_as)


def test_a_lost_file_comes_back(invoice: Invoice) -> None:
    file = rendered(invoice)
    with files.local_path(file.stored_as) as path:
        Path(path).unlink()
    rendered(invoice)
    assert hashlib.sha256(files.read(file.stored_as)).hexdigest() == file.sha256


def test_another_renderer_does_not_change_a_document(
    invoice: Invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = rendered(invoice)
    monkeypatch.setattr(pdf, "render", lambda *_arguments, **_options: b"%PDF other")
    with pytest.raises(RenderedOtherwise, match=f"{invoice.label} was made with 'meisai 4"):
        rendered(invoice)
    assert DocumentFile.objects.get() == file


@pytest.mark.usefixtures("invoice")
def test_the_task_makes_what_is_due() -> None:
    with time_machine.travel(factories.NOW, tick=False):
        tasks.render(ids=list(Rendering.objects.values_list("pk", flat=True)))
    row = Rendering.objects.get()
    assert (row.state, row.lease_owner, row.attempts) == (RenderState.DONE, "", 1)


def test_the_task_leaves_alone_what_is_done(invoice: Invoice) -> None:
    rendered(invoice)
    pk = rendering_of(invoice).pk
    with CaptureQueriesContext(connection) as queries:
        tasks.render(ids=[pk])
    assert not any("invoices_documentfile" in query["sql"] for query in queries)
    assert rendering_of(invoice).attempts == 0


def test_the_task_leaves_alone_what_another_holds(invoice: Invoice) -> None:
    later = factories.NOW + timedelta(hours=1)
    Rendering.objects.update(lease_owner="other/1:boot:7:1", lease_until=later)
    with time_machine.travel(factories.NOW, tick=False):
        tasks.render(ids=[rendering_of(invoice).pk])
    assert rendering_of(invoice).state == RenderState.WAITING


def test_a_failure_is_shown_and_tried_again_later(
    invoice: Invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    pk = rendering_of(invoice).pk
    with monkeypatch.context() as patch, time_machine.travel(factories.NOW, tick=False):
        patch.setattr(pdf, "render", broken)
        tasks.render(ids=[pk])
    row = rendering_of(invoice)
    assert (row.state, row.error) == (RenderState.WAITING, "FontMissing: BIZUDGothic is missing")
    assert row.due_at == factories.NOW + timedelta(seconds=15)
    with time_machine.travel(row.due_at, tick=False):
        tasks.render(ids=[pk])
    row = rendering_of(invoice)
    assert (row.state, row.error, row.attempts) == (RenderState.DONE, "", 2)


def test_a_failed_document_does_not_stop_the_others(
    customer: Account, invoice: Invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice_of(closed_bill(customer, month=factories.MONTH.previous))
    good = pdf.render

    def breaks_one(snapshot: str, **options: Any) -> bytes:
        return broken() if f'"number":{invoice.number}' in snapshot else good(snapshot, **options)

    monkeypatch.setattr(pdf, "render", breaks_one)
    with time_machine.travel(factories.NOW, tick=False):
        tasks.render(ids=list(Rendering.objects.values_list("pk", flat=True)))
    states = dict(Rendering.objects.values_list("invoice__label", "state"))
    assert states == {"INV-000001": RenderState.WAITING, "INV-000002": RenderState.DONE}


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 15), (1, 15), (2, 60), (3, 240), (5, 3600), (1000, 3600)]
)
def test_it_waits_longer_after_each_failure(attempts: int, seconds: int) -> None:
    assert tasks._delay(attempts) == timedelta(seconds=seconds)


def test_the_sweep_enqueues_what_is_due_and_free(
    customer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = factories.MONTH
    rows = [
        Rendering.objects.get(invoice=invoice_of(closed_bill(customer, month=month.plus(-n))))
        for n in range(5)
    ]
    done, held, later, *due = rows
    Rendering.objects.filter(pk=done.pk).update(state=RenderState.DONE)
    Rendering.objects.filter(pk=later.pk).update(due_at=factories.NOW + timedelta(seconds=1))
    assert leases.take(Rendering.objects.filter(pk=held.pk), now=factories.NOW, seconds=60)
    sent: list[list[int]] = []
    monkeypatch.setattr(tasks, "send", lambda _task, *, ids: sent.append(ids))
    monkeypatch.setattr(tasks, "BATCH", 1)
    with time_machine.travel(factories.NOW, tick=False):
        tasks.sweep()
    assert sent == [[row.pk] for row in due]
