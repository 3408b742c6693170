import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertRedirects

from accounts.models import Account, AuditEntry
from invoices.exports import detail
from invoices.models import Bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_once")]


def fetched(clerk: Client, path: str) -> tuple[str, bytes]:
    response = clerk.get(path)
    assert response.status_code == 200
    return response["Content-Disposition"], b"".join(response.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize("month", ["2026-10", "2026-11"])
@pytest.mark.parametrize("coverage", ["japan", "global"])
def test_any_month_can_be_downloaded_the_running_one_included(
    clerk: Client, real: Account, coverage: str, month: str
) -> None:
    name, data = fetched(clerk, f"/bills/AGG/{coverage}/{month}/detail.csv")
    assert name == f'attachment; filename="bill_AGG_{coverage}_{month}.csv"'
    bill = Bill.objects.get(coverage=coverage, month=month)
    assert data == b"".join(detail.stream(bill))
    assert data.startswith(b"\xef\xbb\xbfimsi,")
    assert data.count(b"\r\n") == bill.line_count + 1


def test_a_download_is_in_the_audit_trail(clerk: Client, real: Account) -> None:
    fetched(clerk, "/bills/AGG/japan/2026-10/detail.csv")
    entry = AuditEntry.objects.get(action="detail-csv.download")
    assert (entry.actor, entry.account_key) == ("aggregator@example.com", "AGG")
    assert entry.subject == "japan 2026-10"


def test_a_long_file_is_made_in_the_background_instead(
    clerk: Client, real: Account, settings: Settings
) -> None:
    settings.STREAM_LINES = 10
    response = clerk.get("/bills/AGG/japan/2026-10/detail.csv")
    assertRedirects(response, "/bills/AGG/japan/2026-10/")
    page = clerk.get("/bills/AGG/japan/2026-10/").content.decode()
    assert 'action="/bills/AGG/japan/2026-10/export/"' in page
    assert "detail.csv" not in page
