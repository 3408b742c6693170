import csv
import io
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import AuditEntry
from invoices.models import Bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october_once")]
CSV = "/bills/AGG/japan/2026-10/devices.csv"


def rows_of(clerk: Client, query: str = "") -> list[dict[str, str]]:
    response = clerk.get(f"{CSV}{query}")
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_file_adds_up_to_the_net(clerk: Client, october: Bill) -> None:
    rows = rows_of(clerk)
    assert len(rows) == 5
    assert sum(Decimal(row["amount"]) for row in rows) == october.net


def test_it_holds_what_the_filters_leave_and_says_so_in_its_name(
    clerk: Client, october: Bill
) -> None:
    assert [row["deviceId"] for row in rows_of(clerk, "?q=999001")] == ["999001"]
    response = clerk.get(f"{CSV}?tag=site&value=Tokyo")
    expected = 'attachment; filename="devices_AGG_japan_2026-10_site_tokyo.csv"'
    assert response["Content-Disposition"] == expected


def test_texts_are_no_formulas(clerk: Client, october: Bill) -> None:
    (row,) = rows_of(clerk, "?q=999003")
    assert row["tag:site"] == '\'=cmd(), "<b>Osaka</b>"'
    assert row["groupName"] == "صناديق"


def test_a_download_is_in_the_audit_trail(clerk: Client, october: Bill) -> None:
    rows_of(clerk)
    entry = AuditEntry.objects.get(action="device-totals.download")
    assert (entry.account_key, entry.subject) == ("AGG", "japan 2026-10")
