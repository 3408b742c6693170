"""The PDF: what is on it, how many pages, and the same bytes every time."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from accounts.models import Account
from invoices import pdf
from invoices.choices import TaxCategory
from invoices.models import Invoice, Issuer
from invoices.pdf.wording import WORDS
from tests import factories
from tests.invoices.documents import kinds
from tests.invoices.documents.bills import Item, closed_bill, invoice_of, snapshot_of
from usage.choices import Coverage

pytestmark = pytest.mark.once
ROOT = Path(__file__).parents[3]


def printed(invoice: Invoice) -> bytes:
    return pdf.render(invoice.snapshot, snapshot_hash=invoice.snapshot_hash)


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def many(count: int) -> list[Item]:
    return [Item(f"uploadDataCharge-s1.fast-{n:03}", "12345.4") for n in range(count)]


@pytest.fixture
def reader_of_english(seller: Issuer) -> Account:
    account = factories.account()
    factories.profile(account=account, company="Example Robotics Inc.", contact="Jane Doe")
    return account


def test_a_japanese_invoice_says_all_that_the_law_and_custom_want(customer: Account) -> None:
    factories.bill_item(code="basicCharge-active", title_ja="基本料金（使用中）")
    text = text_of(
        printed(invoice_of(closed_bill(customer, Item("basicCharge-active", "1234567"))))
    )
    for wanted in (
        *("請求書", "INV-000001", "株式会社見本製作所 御中", "経理部", "見本 花子 様"),
        *("発行日", "2026年11月2日", "締め日", "2026年10月31日", "お支払期限", "2026年11月30日"),
        *("見本通信株式会社", "T0000000000000", "見本ビル5階", "billing@specimen.example"),
        *("2026年10月1日 ～ 2026年10月31日（UTC）", "基本料金（使用中）", "basicCharge-active"),
        *("¥1,234,567", "¥123,457", "¥1,358,024", "10%対象", "見本銀行 例示支店（000）"),
    ):
        assert wanted in text, wanted


def test_an_english_dollar_invoice_says_the_same_in_english(reader_of_english: Account) -> None:
    factories.bill_item(code="data", title_en="Data traffic")
    bill = closed_bill(
        reader_of_english, Item("data", "1234.555", {"unit": "bytes"}), coverage=Coverage.GLOBAL
    )
    text = text_of(printed(invoice_of(bill)))
    for wanted in (
        *(
            "Payment statement",
            "STM-000001",
            "Example Robotics Inc.",
            "Attn: Jane Doe",
            "Specimen Telecom (made up)",
        ),
        *(
            "2 November 2026",
            "31 October 2026",
            "Global coverage, October 2026",
        ),
        *("Data traffic", "bytes", "$1,234.56", "$123.46", "$1,358.02", "10% standard"),
        *("Consumption tax in JPY", "¥18,550", "USD 1 = JPY 150.25", "見本銀行 (made up)"),
    ):
        assert wanted in text, wanted
    assert "御中" not in text


def test_lines_of_nothing_and_differences_are_printed(customer: Account) -> None:
    items = [Item("a", "100.4"), Item("b", "100.4"), Item("c", "100.4"), Item("free", "-0.3")]
    text = text_of(printed(invoice_of(closed_bill(customer, *items))))
    assert "端数調整（10%対象分）" in text
    assert "-¥3" in text
    assert "¥0" in text


def test_an_invoice_that_adds_up_has_no_difference_line(customer: Account) -> None:
    assert "端数調整" not in text_of(printed(invoice_of(closed_bill(customer))))


def test_reduced_and_untaxed_lines_are_marked(customer: Account) -> None:
    items = [
        Item("water", "100", {"tax_category": TaxCategory.REDUCED}),
        Item("stamps", "50", {"tax_category": TaxCategory.OUT_OF_SCOPE}),
        Item("basicCharge-active", "310"),
    ]
    text = text_of(printed(invoice_of(closed_bill(customer, *items))))
    for wanted in ("water ※", "8%対象（軽減税率）", "対象外", "※は軽減税率対象です。"):
        assert wanted in text.replace("\n", ""), wanted


@pytest.mark.parametrize(("lines", "pages"), [(1, 1), (23, 1), (60, 2)])
def test_a_usual_month_is_one_page_and_a_long_one_flows_on(
    customer: Account, lines: int, pages: int
) -> None:
    reader = PdfReader(io.BytesIO(printed(invoice_of(closed_bill(customer, *many(lines))))))
    assert len(reader.pages) == pages
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert f"{number} / {pages}" in text
        assert "金額（税抜）" in text


@pytest.mark.parametrize(("country", "said"), [("JP", True), ("US", False)])
def test_tax_is_said_to_be_included_only_where_there_is_any(
    seller: Issuer, country: str, said: bool
) -> None:
    account = factories.account()
    factories.profile(account=account, country=country)
    text = text_of(printed(invoice_of(closed_bill(account))))
    assert ("tax included" in text) is said
    assert ("Not taxable" in text) is not said


def test_markup_in_names_is_text(seller: Issuer) -> None:
    account = factories.account()
    name = "<b>Bold & Sons</b> {{ seller }} <img src=file:///etc/passwd>"
    factories.profile(account=account, company=name, language="en")
    text = text_of(printed(invoice_of(closed_bill(account))))
    assert name in text.replace("\n", " ")


def test_sums_of_a_merged_document_start_with_the_lines_in_yen(seller: Issuer) -> None:
    page = pdf.page(snapshot_of(kinds.merged(kinds.payer("ja"))))
    rows = [(row["title"], row["amount"]) for row in page["tables"][-1]["lines"]]
    assert rows == [
        ("上記の円建て明細", "¥3,101"),
        ("米ドル建て合計の円換算（10%対象分 $11.00）", "¥1,653"),
    ]


def test_a_return_invoice_speaks_of_no_lines_of_items(seller: Issuer) -> None:
    page = pdf.page(snapshot_of(kinds.returned(kinds.payer("ja"))))
    assert page["notes"] == ["※は軽減税率対象です。", "消費税は税率ごとに1回、端数処理しています。"]
    assert page["reference"][1] == "事由 回線の障害"


def test_a_second_process_makes_the_same_bytes(customer: Account, tmp_path: Path) -> None:
    invoice = invoice_of(closed_bill(customer, *many(5)))
    snapshot, target = tmp_path / "snapshot.json", tmp_path / "other.pdf"
    snapshot.write_text(invoice.snapshot, encoding="utf-8")
    program = (
        "import sys, django; django.setup()\n"
        "from pathlib import Path; from invoices import pdf\n"
        "text = Path(sys.argv[1]).read_text(encoding='utf-8')\n"
        "Path(sys.argv[2]).write_bytes(pdf.render(text, snapshot_hash=sys.argv[3]))\n"
    )
    arguments = [str(snapshot), str(target), invoice.snapshot_hash]
    subprocess.run([sys.executable, "-c", program, *arguments], check=True, cwd=ROOT)
    assert target.read_bytes() == printed(invoice) == printed(invoice)


def test_a_changed_snapshot_makes_other_bytes(customer: Account) -> None:
    invoice = invoice_of(closed_bill(customer))
    before = printed(invoice)
    invoice.snapshot = invoice.snapshot.replace("花子", "太郎")
    assert printed(invoice) != before


def test_an_unknown_form_of_snapshot_is_refused() -> None:
    with pytest.raises(pdf.UnknownSnapshot, match="invoice/99"):
        pdf.render('{"form": "meisai.invoice/99"}', snapshot_hash="0" * 64)


def test_both_languages_have_the_same_words() -> None:
    assert set(WORDS["ja"]) == set(WORDS["en"])
