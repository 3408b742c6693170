"""Staff grant points, read bank files, assign transfers, refund and correct."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Account, AuditEntry
from invoices.models import BankTransfer, PointGrant
from tests.invoices.payments import till
from tests.staff.conftest import said

BANK = "取引日,お預り金額,振込依頼人名\r\n2026/11/02,1000,ｱｸﾞ\r\n".encode("cp932")


def page(model: str, what: str, *args: object) -> str:
    return reverse(f"admin:invoices_{model}_{what}", args=args)


def errors(response: Any) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


def test_points_are_granted_and_corrected(agg: Account, staff: Client) -> None:
    typed = {"account": agg.pk, "points": 500, "expires_on": "2026-12-31", "reason": "welcome"}
    answer = staff.post(page("pointgrant", "add"), typed)
    assert "AGG has 500 points now" in said(answer)
    grant = PointGrant.objects.get()
    correct = page("pointgrant", "correct", grant.pk)
    assert "AGG has 400 points" in said(staff.post(correct, {"points": -100, "reason": "typo"}))
    assert "points" in errors(staff.post(correct, {"points": -401, "reason": "typo"}))
    assert AuditEntry.objects.get(action="points.grant").actor == "operator@example.com"


BAD = [("points", 0), ("points", "1.5"), ("expires_on", "2026-11-01"), ("reason", ""),
       ("reason", "\0")]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), BAD)
def test_points_that_cannot_be_are_refused(
    agg: Account, staff: Client, name: str, value: Any
) -> None:
    typed = {"account": agg.pk, "points": 500, "expires_on": "", "reason": "welcome", name: value}
    assert name in errors(staff.post(page("pointgrant", "add"), typed))
    assert not PointGrant.objects.exists()


def test_a_bank_file_is_read_and_its_transfer_assigned(agg: Account, staff: Client) -> None:
    row = till.owed(agg, 1500, kind="invoice", due_date=date(2026, 11, 30))
    file = SimpleUploadedFile("bank.csv", BANK)
    answer = staff.post(page("banktransfer", "upload"), {"file": file})
    assert "1 transfers are new, 0 were known" in said(answer)
    transfer = BankTransfer.objects.get()
    assign = page("banktransfer", "assign", transfer.pk)
    assert "nothing" in staff.get(assign).content.decode()
    wrong = staff.post(assign, {"document": row.invoice.label, "amount": 1001})
    assert "amount" in errors(wrong)
    staff.post(assign, {"document": row.invoice.label, "amount": ""})
    assert till.again(row).open_minor == 500


def test_a_file_that_is_none_of_a_bank_is_refused(staff: Client) -> None:
    file = SimpleUploadedFile("bank.csv", b"a,b\r\n1,2\r\n")
    answer = staff.post(page("banktransfer", "upload"), {"file": file})
    assert answer.status_code == 200
    assert "Columns are missing" in answer.content.decode()


@pytest.mark.parametrize("amount", ["1000.5", "-1001", "0", "1001"])
def test_a_correction_leaves_the_open_amount_in_its_range(
    agg: Account, staff: Client, amount: str
) -> None:
    row = till.owed(agg, 1000, kind="invoice")
    typed = {"amount": amount, "reason": "so"}
    assert "amount" in errors(staff.post(page("receivable", "correct", row.pk), typed))
    typed["amount"] = "400"
    staff.post(page("receivable", "correct", row.pk), typed)
    assert till.again(row).open_minor == 600
