"""One document of each kind, for tests of what is the same for all of them."""

from collections.abc import Callable, Mapping

from accounts.models import Account
from invoices.choices import TaxCategory
from invoices.models import BillingProfile, Invoice, MethodPoint
from invoices.services.credits import PointWish, points
from invoices.services.documents import ReturnWish, give_back, modify
from tests import document_factories, factories
from tests.invoices.documents.bills import Item, closed_bill, invoice_of
from usage.choices import Coverage

STAFF = "staff@example.com"
LONG_NAME = "株式会社見本製作所ホールディングス東日本第一事業本部設備管理部門統括センター" * 2


def payer(language: str) -> Account:
    """A customer who pays by invoice and reads that language."""
    account = factories.account(key="MIHON")
    factories.profile(
        account=account,
        company="株式会社見本製作所" if language == "ja" else "Example Robotics Inc.",
        department="経理部" if language == "ja" else "Accounting",
        contact="見本 花子" if language == "ja" else "Jane Doe",
        address="大阪府見本市例示二丁目2番2号"
        if language == "ja"
        else "1 Sample Street\nExampletown",
        language=language,
    )
    document_factories.by_invoice(account=account)
    return account


def invoice(account: Account) -> Invoice:
    """Of all kinds of tax."""
    items = [
        Item("basicCharge-active", "1234567"),
        Item("water", "100.4", {"tax_category": TaxCategory.REDUCED}),
        Item("stamps", "50.4", {"tax_category": TaxCategory.OUT_OF_SCOPE, "unit": "request"}),
        Item("data", "-0.3", {"unit": "bytes", "quantity": 123456789012}),
    ]
    return invoice_of(closed_bill(account, *items))


def long(account: Account) -> Invoice:
    """Of three pages, to a name and for items that are long."""
    BillingProfile.objects.update(company=LONG_NAME[:200], department="", contact="", address="")
    items = [Item(f"uploadDataCharge-s1.fast-{n:03}", "12345.4") for n in range(70)]
    return invoice_of(closed_bill(account, Item("x" * 120, "1"), *items))


def statement(account: Account) -> Invoice:
    """For a card."""
    MethodPoint.objects.all().delete()
    return invoice_of(closed_bill(account, Item("basicCharge-active", "310")))


def dollars(account: Account) -> Invoice:
    """Payable in USD."""
    bill = closed_bill(account, Item("data", "1234.555"), coverage=Coverage.GLOBAL)
    return invoice_of(bill)


def merged(account: Account) -> Invoice:
    """Of both currencies, with fees, points, and what is unpaid from before."""
    for n in (4, 3, 2, 1):
        invoice_of(closed_bill(account, month=factories.MONTH.plus(-n)))
    document_factories.merged(account=account, since=factories.MONTH)
    wish = PointWish(account=account, points=200, expires_on=None, reason="welcome")
    points.grant(wish=wish, today=factories.NOW.date(), actor=STAFF, now=factories.NOW)
    abroad = [Item("data", "10.004"), Item("sms", "1.004")]
    return invoice_of(
        closed_bill(account, Item("basicCharge-active", "3100.4")),
        closed_bill(account, *abroad, coverage=Coverage.GLOBAL),
    )


def modified(account: Account) -> Invoice:
    wrong = invoice(account)
    return modify(invoice_id=wrong.pk, reason="宛名の誤り", actor=STAFF, now=factories.NOW)


def returned(account: Account) -> Invoice:
    wish = ReturnWish(invoice_id=invoice(account).pk, amounts=None, reason="回線の障害")
    return give_back(wish=wish, actor=STAFF, now=factories.NOW)


KINDS: Mapping[str, Callable[[Account], Invoice]] = {
    make.__name__: make for make in (invoice, long, statement, dollars, merged, modified, returned)
}
