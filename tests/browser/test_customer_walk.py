"""What the documents promise a customer, done by hand in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import Job
from accounts.tasks import jobs as exports
from billing_portal.common import files
from invoices.exports import detail
from invoices.models import Bill, DocumentFile


def test_bills_of_both_coverages_are_there_by_month_and_one_opens(tab: Page) -> None:
    tab.get_by_role("navigation", name="Pages").get_by_role("link", name="Bills").click()
    rows = tab.get_by_role("row").filter(has_text=re.compile("October|November"))
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("Preliminary")
    expect(rows.nth(1)).to_contain_text("Final")
    rows.nth(1).get_by_role("link", name="¥2,047").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("October 2026, Japan")
    expect(tab.get_by_role("region", name="By item")).to_contain_text("basicCharge-active")
    tab.get_by_role("link", name="By day").click()
    expect(tab.get_by_role("region", name="By day")).to_contain_text("31 October 2026")


def test_a_bill_is_followed_down_to_its_lines_and_back(tab: Page) -> None:
    tab.goto("/bills/AGG/japan/2026-10/")
    tab.get_by_role("link", name="dataTrafficCharge").click()
    tab.get_by_role("link", name="99900japan").click()
    lines = tab.get_by_role("region", name="Lines")
    expect(lines).to_contain_text("10 Oct 2026")
    expect(lines).to_contain_text("1,234,567")
    tab.get_by_role("link", name="Show all again, without Item").click()
    expect(lines).to_contain_text("32 lines")
    tab.go_back()
    expect(lines).to_contain_text("1 line")
    tab.locator("#month").select_option("November 2026")
    tab.get_by_role("button", name="Show", exact=True).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("November 2026, Japan")
    expect(lines).to_contain_text("10 Nov 2026")


@pytest.mark.parametrize("month", ["2026-10", "2026-11"])
def test_the_detail_csv_of_any_month_has_the_right_bytes(tab: Page, month: str) -> None:
    tab.goto(f"/bills/AGG/japan/{month}/")
    with tab.expect_download() as download:
        tab.get_by_role("link", name=re.compile("Detail CSV")).click()
    assert download.value.suggested_filename == f"bill_AGG_japan_{month}.csv"
    bill = Bill.objects.get(coverage="japan", month=month)
    assert Path(download.value.path()).read_bytes() == b"".join(detail.stream(bill))


def test_the_pdf_of_a_closed_month_is_downloaded_from_the_invoices(tab: Page) -> None:
    tab.get_by_role("navigation", name="Pages").get_by_role("link", name="Invoices").click()
    with tab.expect_download() as download:
        tab.get_by_role("link", name="PDF of STM-000001").click()
    assert download.value.suggested_filename == "STM-000001.pdf"
    stored = DocumentFile.objects.get(invoice__label="STM-000001").stored_as
    data = Path(download.value.path()).read_bytes()
    assert data.startswith(b"%PDF-")
    assert data == files.read(stored)


def test_a_running_month_has_no_pdf_and_says_when_it_will_come(tab: Page) -> None:
    tab.get_by_role("link", name="¥1,321").click()
    expect(tab.get_by_text("usually on the first business day, 1 December 2026")).to_be_visible()
    expect(tab.get_by_role("link", name=re.compile("PDF"))).to_have_count(0)


def test_a_large_csv_is_made_while_its_page_can_be_left(tab: Page, settings: Settings) -> None:
    settings.STREAM_LINES = 0
    tab.goto("/bills/AGG/japan/2026-11/")
    tab.get_by_role("button", name=re.compile("Detail CSV")).click()
    expect(tab.get_by_role("status")).to_have_text("Queued")
    tab.get_by_role("navigation", name="Pages").get_by_role("link", name="Home").click()
    tab.get_by_role("link", name="See how far it is").click()
    exports.make(job_id=Job.objects.get().pk)
    # The page asks again by itself, without scripts.
    expect(tab.get_by_role("status")).to_have_text("Done", timeout=10_000)
    with tab.expect_download() as download:
        tab.get_by_role("link", name="Download").click()
    bill = Bill.objects.get(coverage="japan", month="2026-11")
    assert Path(download.value.path()).read_bytes() == b"".join(detail.stream(bill))


def test_signing_out_closes_the_door(tab: Page) -> None:
    tab.get_by_text("Keiko").click()
    tab.get_by_role("button", name="Sign out").click()
    expect(tab).to_have_title("Sign in – Meisai")
    tab.go_back()
    tab.reload()
    expect(tab).to_have_title("Sign in – Meisai")
