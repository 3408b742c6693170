"""The snapshot holds everything that is printed, in one canonical form."""

import json
from datetime import date
from typing import Any

import pytest

from accounts.models import Account
from invoices.choices import TaxCategory
from invoices.models import BillItem, Issuer, PaymentSetting
from invoices.services.documents.snapshots import canonical, clean
from tests import factories
from tests.invoices.documents.bills import Item, closed_bill, invoice_of, snapshot_of
from usage.choices import Coverage

STANDARD = {"tax_category": "standard", "rate": "0.1"}


def lines_of(snapshot: dict[str, Any]) -> list[dict[str, Any]]:
    [section] = snapshot["sections"]
    lines: list[dict[str, Any]] = section["lines"]
    return lines


def test_it_has_one_form_only(customer: Account) -> None:
    invoice = invoice_of(closed_bill(customer))
    assert canonical(json.loads(invoice.snapshot)) == invoice.snapshot


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="such as 1"):
        canonical({"sections": [{"amount": 1.5}]})


def test_it_names_seller_and_customer(customer: Account) -> None:
    snapshot = snapshot_of(invoice_of(closed_bill(customer)))
    assert snapshot["seller"]["name"] == "見本通信株式会社"
    assert snapshot["seller"]["registration_number"] == "T0000000000000"
    assert snapshot["recipient"]["company"] == "株式会社見本製作所"
    assert snapshot["recipient"]["account_key"] == "MIHON"


def test_what_the_seller_and_customer_are_called_later_changes_nothing(customer: Account) -> None:
    invoice = invoice_of(closed_bill(customer))
    before = invoice.snapshot
    Issuer.objects.update(name="Renamed")
    PaymentSetting.objects.filter(account=customer).delete()
    invoice.refresh_from_db()
    assert invoice.snapshot == before


def test_without_invoice_details_the_names_of_the_account_are_used(seller: Issuer) -> None:
    account = factories.account(key="PLAIN", team_name="Team", organization="Example K.K.")
    snapshot = snapshot_of(invoice_of(closed_bill(account)))
    assert (snapshot["recipient"]["company"], snapshot["language"]) == ("Example K.K.", "ja")


@pytest.mark.parametrize(
    ("language", "english", "name", "address"),
    [
        (
            "ja",
            "Specimen Telecom (made up)",
            "見本通信株式会社",
            "東京都見本区例示一丁目1番1号\n見本ビル5階",
        ),
        (
            "en",
            "Specimen Telecom (made up)",
            "Specimen Telecom (made up)",
            "5F Mihon Bldg.\n1-1-1 Reiji, Mihon-ku, Tokyo",
        ),
        ("en", "", "見本通信株式会社", "5F Mihon Bldg.\n1-1-1 Reiji, Mihon-ku, Tokyo"),
    ],
)
def test_the_seller_is_named_in_the_customers_language(
    seller: Issuer, language: str, english: str, name: str, address: str
) -> None:
    Issuer.objects.update(name_en=english)
    account = factories.account()
    factories.profile(account=account, language=language)
    snapshot = snapshot_of(invoice_of(closed_bill(account)))
    assert (snapshot["seller"]["name"], snapshot["seller"]["address"]) == (name, address)


@pytest.mark.parametrize(
    ("language", "ja", "en", "title"),
    [
        ("ja", "基本料金", "Basic charge", "基本料金"),
        ("en", "基本料金", "Basic charge", "Basic charge"),
        ("ja", "", "Basic charge", "Basic charge"),
        ("en", "基本料金", "", "基本料金"),
        ("en", "", "", "basicCharge-active"),
    ],
)
def test_lines_are_titled_in_the_customers_language(
    seller: Issuer, language: str, ja: str, en: str, title: str
) -> None:
    factories.bill_item(code="basicCharge-active", title_ja=ja, title_en=en)
    account = factories.account()
    factories.profile(account=account, language=language)
    [line] = lines_of(snapshot_of(invoice_of(closed_bill(account))))
    assert (line["title"], line["name"]) == (title, "basicCharge-active")


def test_a_title_is_found_by_the_item_and_not_by_the_name_on_the_bill(customer: Account) -> None:
    factories.bill_item(code="upload", name="upload-{variant}", title_ja="上り")
    bill = closed_bill(customer, Item("upload-s1.fast", "3", {"code": "upload"}))
    [line] = lines_of(snapshot_of(invoice_of(bill)))
    assert (line["title"], line["name"]) == ("上り", "upload-s1.fast")
    assert BillItem.objects.get().name != line["name"]


def test_a_line_keeps_the_exact_amount_beside_the_printed_one(customer: Account) -> None:
    amount = "0.000000209808349609375"
    bill = closed_bill(customer, Item("upload", amount, {"unit": "bytes", "quantity": 1}))
    [line] = lines_of(snapshot_of(invoice_of(bill)))
    assert (line["amount"], line["printed_minor"], line["quantity"]) == (amount, 1, "1")


def test_a_line_that_comes_to_nothing_is_there_too(customer: Account) -> None:
    bill = closed_bill(customer, Item("data", "10"), Item("free", "-0.3"))
    assert [line["printed_minor"] for line in lines_of(snapshot_of(invoice_of(bill)))] == [10, 0]


def test_rows_of_one_item_and_rate_are_one_line(customer: Account) -> None:
    late = {"tax_date": date(2026, 9, 30), "quantity": 2}
    bill = closed_bill(customer, Item("data", "10.4"), Item("data", "10.4", late))
    [line] = lines_of(snapshot_of(invoice_of(bill)))
    assert (line["amount"], line["printed_minor"], line["quantity"]) == ("20.8", 21, "33")


def test_rows_of_one_item_and_two_rates_are_two_lines(customer: Account) -> None:
    factories.tax_rate(since=date(2014, 4, 1), rate="0.08")
    late = {"tax_date": date(2019, 9, 30)}
    bill = closed_bill(customer, Item("data", "10"), Item("data", "10", late))
    rates = [line["rate"] for line in lines_of(snapshot_of(invoice_of(bill)))]
    assert sorted(rates) == ["0.08", "0.1"]


def test_one_difference_line_for_each_rate_that_needs_one(customer: Account) -> None:
    reduced = {"tax_category": TaxCategory.REDUCED}
    items = [Item(f"item{n}", "100.4") for n in range(3)]
    bill = closed_bill(customer, *items, Item("water", "100", reduced))
    snapshot = snapshot_of(invoice_of(bill))
    [difference] = snapshot["differences"]
    assert difference == {"currency": "JPY", **STANDARD, "minor": -2}
    assert [rate["net_minor"] for rate in snapshot["rates"]] == [301, 100]


def test_a_customer_abroad_pays_no_tax(seller: Issuer) -> None:
    account = factories.account()
    factories.profile(account=account, country="US")
    invoice = invoice_of(closed_bill(account, Item("data", "10.05"), coverage=Coverage.GLOBAL))
    [rate] = snapshot_of(invoice)["rates"]
    assert (rate["tax_category"], rate["tax_minor"], invoice.total_minor) == (
        "out_of_scope",
        0,
        1005,
    )


def test_it_binds_the_bill_that_it_covers(customer: Account) -> None:
    bill = closed_bill(customer, detail_hash="d" * 64)
    [section] = snapshot_of(invoice_of(bill))["sections"]
    assert (section["bill_seal"], section["detail_hash"]) == (bill.seal, "d" * 64)
    assert (section["period_first"], section["period_last"]) == ("2026-10-01", "2026-10-31")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("見本﨑神株式会社", "見本﨑神株式会社"),
        ("a\x00b\x1b\u202ec\u200b", "abc"),
        (" line 1 \r\n\tline 2\n\n", "line 1\nline 2"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("<b>&amp;", "<b>&amp;"),
    ],
)
def test_text_is_kept_but_for_what_cannot_be_printed(given: str, kept: str) -> None:
    assert clean(given) == kept
