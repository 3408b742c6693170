"""Whatever happens to documents and money: no ledger is negative, and all of them balance."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db.models import Manager, QuerySet, Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Account
from invoices.choices import ChargeState, DocumentKind, RefundState
from invoices.gateways import Charged, GatewayDown
from invoices.models import (
    BankTransfer,
    Charge,
    CustomerCredit,
    Invoice,
    PointEntry,
    PointGrant,
    Receivable,
    Refund,
)
from invoices.rating.taxes import TaxGroup
from invoices.services.credits import PointWish, points
from invoices.services.documents import CorrectionRefused, ReturnWish, give_back, modify
from invoices.services.payments import PaymentRefused, charging, refunds, transfers
from tests import document_factories, factories
from tests.factories import MONTH, NOW
from tests.invoices.documents.bills import Item, closed_bill, invoice_of
from tests.invoices.payments import purse, till

TEN = TaxGroup("standard", Decimal("0.1"))
CARDS = ["works", "works", "declined", "declined-once", "times-out-after-charging"]
MOST = 2000


class Customer:
    """Does what may happen, to one of the last documents; what may be refused changes nothing."""

    def __init__(self, cards: list[str]) -> None:
        factories.tax_rate()
        factories.issuer()
        self.account = factories.account()
        for behaviour in cards:
            purse.add(self.account, behaviour)
        self.now = NOW

    def bill(self, amount: int, place: int) -> None:
        month = MONTH.plus(Invoice.objects.count() + 1)
        if place % 2:
            document_factories.by_invoice(account=self.account, since=month, coverages=["japan"])
        invoice_of(closed_bill(self.account, Item("basic", str(amount)), month=month))

    def grant(self, amount: int, _place: int) -> None:
        wish = PointWish(account=self.account, points=amount, expires_on=None, reason="welcome")
        points.grant(wish=wish, today=NOW.date(), **till.WHO)

    def charge(self, _amount: int, place: int) -> None:
        self.now += timedelta(days=8)
        with suppress(GatewayDown):
            charging.charge(receivable_id=owed(place).pk, now=self.now)

    def told_late(self, _amount: int, place: int) -> None:
        for attempt in Charge.objects.order_by("-pk")[place : place + 1]:
            charging.settle(key=attempt.key, result=Charged("late"), now=self.now)

    def transfer(self, amount: int, place: int) -> None:
        came = transfers.record(
            day=NOW.date(), amount_minor=2 * amount, payer="MIHON", text="", **till.WHO
        )
        label = owed(place).invoice.label
        transfers.assign(transfer=came, label=label, amount_minor=amount, **till.WHO)
        transfers.keep(transfer=came, account=self.account, amount_minor=1, **till.WHO)

    def give_back(self, amount: int, place: int) -> None:
        amounts = {TEN: amount} if place % 2 else None
        wish = ReturnWish(invoice_id=owed(place).invoice_id, amounts=amounts, reason="fault")
        with suppress(CorrectionRefused):
            give_back(wish=wish, **till.WHO)

    def modify(self, _amount: int, place: int) -> None:
        with suppress(CorrectionRefused):
            modify(invoice_id=owed(place).invoice_id, reason="name", **till.WHO)

    def refund(self, amount: int, place: int) -> None:
        held = total(CustomerCredit.objects, "left_minor")
        for charge in Charge.objects.filter(state=ChargeState.SUCCEEDED)[place : place + 1]:
            with suppress(PaymentRefused):
                refund = refunds.begin(
                    charge=charge, amount_minor=min(amount, held), reason="so", **till.WHO
                )
                refunds.work(refund_id=refund.pk, now=NOW)


ACTS: list[Callable[[Customer, int, int], None]] = [
    Customer.bill,
    Customer.grant,
    Customer.charge,
    Customer.told_late,
    Customer.transfer,
    Customer.give_back,
    Customer.modify,
    Customer.refund,
]
HISTORIES = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(1, MOST), st.sampled_from([0, 0, 1])),
    min_size=6,
    max_size=16,
)


def owed(place: int) -> Receivable:
    rows = Receivable.objects.select_related("invoice").order_by("-pk")
    return rows[min(place, len(rows) - 1)]


class Histories(TestCase):
    @settings(max_examples=30)
    @given(st.lists(st.sampled_from(CARDS), max_size=2), HISTORIES)
    def test_ledgers_are_never_negative_and_all_balance(
        self, cards: list[str], history: list[tuple[Callable[..., None], int, int]]
    ) -> None:
        customer = Customer(cards)
        customer.grant(MOST // 20, 0)
        customer.bill(MOST // 4, 0)
        customer.charge(0, 0)
        for act, amount, place in history:
            act(customer, amount, place)
        assert_ledgers()
        assert_balance(customer.account)


def assert_ledgers() -> None:
    for row in Receivable.objects.all():
        moves = [(-amount, left) for _kind, amount, left in till.entries(row)]
        assert_sums([(row.amount_minor, row.amount_minor), *moves], row.open_minor)
    for credit in CustomerCredit.objects.all():
        entries = credit.entries.order_by("number").values_list("amount_minor", "left_minor")
        assert_sums(list(entries), credit.left_minor)
    for grant in PointGrant.objects.all():
        used = PointEntry.objects.filter(grant=grant).order_by("number")
        assert_sums(list(used.values_list("amount", "left")), None)


def assert_sums(moves: list[tuple[int, int]], left: int | None) -> None:
    sums = list(accumulate(amount for amount, _left in moves))
    assert [said for _amount, said in moves] == sums
    assert min(sums, default=0) >= 0
    assert left is None or left == (sums or [0])[-1]


def assert_balance(account: Account) -> None:
    """What is open, less credit, is what documents ask for, less the money that came and stayed."""
    asked = Invoice.objects.exclude(kind=DocumentKind.MODIFIED)
    came = total(Charge.objects.filter(state=ChargeState.SUCCEEDED), "amount_minor")
    came += total(BankTransfer.objects, "amount_minor") - total(BankTransfer.objects, "left_minor")
    went = total(Refund.objects.exclude(state=RefundState.FAILED), "amount_minor")
    is_open = total(Receivable.objects, "open_minor") - total(CustomerCredit.objects, "left_minor")
    assert is_open == total(asked, "due_minor") - came + went
    by_points = total(asked, "total_minor") - total(asked, "due_minor")
    used = total(PointEntry.objects.filter(grant__account=account), "amount")
    assert used == total(PointGrant.objects, "points") - by_points


def total(rows: QuerySet[Any] | Manager[Any], field: str) -> int:
    value: int = rows.aggregate(sum=Sum(field, default=0))["sum"]
    return value
