"""Bank transfers: read from a file, matched by amount and name, assigned by staff."""

from typing import Any

import pytest

from accounts.models import Account
from invoices.models import BankTransfer, CustomerCredit
from invoices.selectors.matching import candidates
from invoices.services.payments import BadAmount, BadFile, NotTheirs, bankfile, transfers
from tests import factories
from tests.factories import NOW
from tests.invoices.payments import till

pytestmark = pytest.mark.django_db
WHO: dict[str, Any] = {"actor": "operator@example.com", "now": NOW}
HEADER = "取引日,お預り金額,お引出金額,振込依頼人名,摘要\r\n"
KANA = '2026/11/20,"1,415",,ｶ)ﾐﾎﾝｾｲｻｸｼﾖ,振込\r\n'
BOTH = f"{HEADER}{KANA}2026/11/20,,500,ﾃｽｳﾘﾖｳ,手数料\r\n{KANA}"


def read(text: str = BOTH, *, encoding: str = "cp932") -> tuple[int, int]:
    taken = transfers.read_file(name="bank.csv", content=text.encode(encoding), **WHO)
    return taken.new, taken.known


def rows() -> list[tuple[str, int, str]]:
    found = BankTransfer.objects.order_by("pk")
    return [(each.day.isoformat(), each.amount_minor, each.payer) for each in found]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_incoming_rows_become_transfers(encoding: str) -> None:
    assert read(encoding=encoding) == (2, 0)
    assert rows() == [("2026-11-20", 1415, "ｶ)ﾐﾎﾝｾｲｻｸｼﾖ")] * 2


def test_reading_twice_brings_nothing_twice() -> None:
    read()
    assert read() == (0, 2)
    more = BOTH + '2026-11-21,"９９",,ﾐﾎﾝ,\r\n'
    assert read(more, encoding="utf-8") == (1, 2)
    assert len(rows()) == 3


BAD = [
    b"",
    b"\xff\xfe\x00\x81",
    "日付,名前\r\n".encode(),
    f"{HEADER}20th,10,,A,\r\n".encode(),
    f"{HEADER}2026-02-30,10,,A,\r\n".encode(),
    f"{HEADER}2026-11-20,-10,,A,\r\n".encode(),
    f"{HEADER}2026-11-20,1.5,,A,\r\n".encode(),
    f"{HEADER}2026-11-20,1,,,\r\n".encode(),
    f"{HEADER}{'9' * 20},1,,A,\r\n".encode(),
    f"{HEADER}2026-11-20,1,,A,\r\n2026-11-20,x,,B,\r\n".encode(),
]


@pytest.mark.parametrize("content", BAD)
def test_a_file_with_anything_wrong_is_refused_entirely(content: bytes) -> None:
    with pytest.raises(BadFile):
        transfers.read_file(name="bank.csv", content=content, **WHO)
    assert rows() == []


SAME = [
    ("ｶ)ﾐﾎﾝｾｲｻｸｼﾖ", "ミホンセイサクショ"),
    ("ミホンセイサクシヨ(カ", "(カ)ミホンセイサクショ"),
    ("株式会社見本製作所", "見本製作所"),
    ("ＳＰＥＣＩＭＥＮ　ｉｎｃ", "Specimen Inc."),
]


@pytest.mark.parametrize(("bank", "ours"), SAME)
def test_names_are_compared_without_width_form_and_small_kana(bank: str, ours: str) -> None:
    assert bankfile.fold(bank) == bankfile.fold(ours)


def transfer(amount: int = 1000, payer: str = "ミホン") -> BankTransfer:
    return transfers.record(day=till.DUE.replace(day=1), amount_minor=amount, payer=payer,
                            text="", **{**WHO, "now": NOW.replace(day=20)})  # fmt: skip


@pytest.fixture
def payer() -> Account:
    return factories.account(organization="株式会社ミホン")


def assign(money: BankTransfer, row: Any, amount: int) -> None:
    label = row.invoice.label
    transfers.assign(transfer=money, label=label, amount_minor=amount, **WHO)


def test_the_likeliest_document_comes_first(payer: Account) -> None:
    other = till.owed(factories.account(), 1000, kind="invoice")
    unlike = till.owed(payer, 700, kind="invoice")
    both = till.owed(payer, 1000, kind="invoice")
    till.owed(factories.account(), 700, kind="invoice")
    money = transfer(1700, payer="ﾐﾎﾝ")
    assign(money, unlike, 700)
    money.refresh_from_db()
    found = candidates(transfer=money, fold=bankfile.fold)
    assert [each.receivable for each in found] == [both, other]
    assert [(each.same_name, each.same_amount) for each in found] == [(True, True), (False, True)]


def test_one_transfer_pays_two_documents_and_the_rest_is_credit(payer: Account) -> None:
    first, second = (till.owed(payer, due, kind="invoice") for due in (1000, 700))
    money = transfer(2000)
    assign(money, first, 1000)
    assign(money, second, 1000)
    assert [till.again(row).state for row in (first, second)] == ["paid", "paid"]
    assert CustomerCredit.objects.get().left_minor == 300
    money.refresh_from_db()
    assert money.left_minor == 0


def test_a_transfer_without_a_document_is_kept_as_credit(payer: Account) -> None:
    transfers.keep(transfer=transfer(500), account=payer, amount_minor=400, **WHO)
    assert CustomerCredit.objects.get().left_minor == 400
    assert BankTransfer.objects.get().left_minor == 100


@pytest.mark.parametrize("amount", [0, -1, 1001])
def test_no_more_is_assigned_than_there_is(payer: Account, amount: int) -> None:
    row = till.owed(payer, 1000, kind="invoice")
    with pytest.raises(BadAmount):
        assign(transfer(), row, amount)


@pytest.mark.parametrize("label", ["", "nothing", "dollars"])
def test_a_transfer_in_yen_pays_no_other_document(payer: Account, label: str) -> None:
    bill = {"currency": "USD"}
    till.owed(payer, 1000, kind="invoice", label="dollars", bill=bill)
    with pytest.raises(NotTheirs):
        transfers.assign(transfer=transfer(), label=label, amount_minor=10, **WHO)


@pytest.mark.parametrize("amount", [0, -5, transfers.MOST + 1])
def test_an_amount_by_hand_is_above_zero(amount: int) -> None:
    with pytest.raises(BadAmount):
        transfer(amount)
