"""What is open of a document: begun with it, always the amount less its entries."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from invoices.choices import PaymentEntryKind, PaymentStanding
from invoices.models import CustomerCredit, Receivable, Reminder
from invoices.selectors import receivables as selectors
from invoices.services.payments import BadAmount, corrections, ledger, receivables
from invoices.services.payments.ledger import Source
from tests import factories
from tests.factories import NOW
from tests.invoices.payments import till

pytestmark = pytest.mark.django_db
BANK = Source(actor="operator@example.com")


def pay(receivable: Receivable, amount: int) -> int:
    with transaction.atomic():
        held = ledger.locked(receivable_ids=[receivable.pk])[receivable.pk]
        kind = PaymentEntryKind.TRANSFER
        return ledger.take_in(receivable=held, kind=kind, amount_minor=amount, source=BANK, now=NOW)


def credit_of(receivable: Receivable) -> int:
    rows = CustomerCredit.objects.filter(account=receivable.invoice.account)
    return sum(rows.values_list("left_minor", flat=True))


@pytest.mark.parametrize(
    ("kind", "due", "method", "state", "reminders"),
    [
        ("statement", 1000, "card", "open", 0),
        ("invoice", 1000, "invoice", "open", 4),
        ("invoice", 0, "invoice", "paid", 0),
    ],
)
def test_a_document_begins_with_what_it_asks_for(
    kind: str, due: int, method: str, state: str, reminders: int
) -> None:
    row = till.owed(factories.account(), due, kind=kind)
    assert (row.method, row.open_minor, row.state) == (method, due, state)
    assert Reminder.objects.count() == reminders


def test_reminders_are_dated_by_the_due_date() -> None:
    till.owed(factories.account(), kind="invoice")
    days = Reminder.objects.order_by("on").values_list("days", "on")
    assert days.first() == (-7, date(2026, 11, 23))
    assert days.last() == (30, date(2026, 12, 30))


def test_part_payments_leave_the_rest_and_too_much_becomes_credit() -> None:
    row = till.owed(factories.account(), 1000, kind="invoice")
    assert [pay(row, 300), pay(row, 900)] == [0, 200]
    assert till.entries(row) == [("transfer", 300, 700), ("transfer", 700, 0)]
    assert (till.again(row).state, credit_of(row)) == ("paid", 200)


def test_credit_pays_the_next_document_first() -> None:
    account = factories.account()
    pay(till.owed(account, 1000, kind="invoice"), 1600)
    row = till.owed(account, 500, kind="invoice")
    last = till.owed(account, 500, kind="invoice")
    assert (till.again(row).state, till.again(last).open_minor) == ("paid", 400)
    assert credit_of(row) == 0


def correction(row: Receivable, due: int, kind: str) -> None:
    document = till.document(row.invoice.account, due, kind=kind, corrects=row.invoice)
    receivables.open_for(invoices=[document], now=NOW)


RETURNS: list[tuple[int, int, tuple[Any, ...]]] = [
    (0, 400, (600, "open", 0)),
    (1000, 400, (0, "paid", 400)),
    (700, 400, (0, "paid", 100)),
    (0, 1000, (0, "cancelled", 0)),
    (1000, 1000, (0, "cancelled", 1000)),
    (1000, 5000, (0, "cancelled", 1000)),
]


@pytest.mark.parametrize(("paid", "returned", "after"), RETURNS)
def test_a_return_invoice_lowers_what_is_open_and_gives_credit_for_the_rest(
    paid: int, returned: int, after: tuple[Any, ...]
) -> None:
    row = till.owed(factories.account(), 1000, kind="invoice")
    if paid:
        pay(row, paid)
    correction(row, -returned, "return")
    now = till.again(row)
    assert (now.open_minor, now.state, credit_of(row)) == after


@pytest.mark.parametrize(("paid", "written_off", "credit"), [(600, 400, 600), (0, 1000, 0)])
def test_what_staff_wrote_off_is_not_given_back(paid: int, written_off: int, credit: int) -> None:
    row = till.owed(factories.account(), 1000, kind="invoice")
    if paid:
        pay(row, paid)
    kind = PaymentEntryKind.CORRECTION
    corrections.correct(
        receivable=row, kind=kind, amount_minor=written_off, reason="bank fee", **till.WHO
    )
    correction(row, -1000, "return")
    assert (till.again(row).open_minor, credit_of(row)) == (0, credit)


def test_a_modified_invoice_takes_over_what_was_paid() -> None:
    row = till.owed(factories.account(), 1000, kind="invoice")
    pay(row, 600)
    correction(row, 800, "modified")
    new = Receivable.objects.get(invoice__corrects=row.invoice)
    assert till.again(row).state == "cancelled"
    assert (new.method, new.open_minor, credit_of(row)) == ("invoice", 200, 0)


@pytest.mark.parametrize("amount", [1001, -1])
def test_no_entry_leads_out_of_the_range(amount: int) -> None:
    row = till.owed(factories.account(), 1000)
    with pytest.raises(BadAmount):
        ledger.enter(receivable=row, kind=PaymentEntryKind.CORRECTION, amount_minor=amount,
                     source=BANK, now=NOW)  # fmt: skip


@pytest.mark.parametrize(
    ("state", "open_minor", "day", "standing"),
    [
        ("open", 1000, 30, "open"),
        ("open", 400, 30, "part"),
        ("open", 1000, 29, "overdue"),
        ("charging", 1000, 29, "charging"),
        ("failed", 1000, 29, "failed"),
        ("paid", 0, 29, "paid"),
        ("cancelled", 0, 29, "cancelled"),
    ],
)
def test_lists_find_a_document_by_what_they_say_of_it(
    state: str, open_minor: int, day: int, standing: str
) -> None:
    due, today = date(2026, 11, day), date(2026, 11, 30)
    row = till.owed(factories.account(), 1000, due_date=due)
    Receivable.objects.update(state=state, open_minor=open_minor)
    row.refresh_from_db()
    assert selectors.standing(row, due=due, today=today) == standing
    invoices = type(row.invoice).objects
    found = [
        each for each in PaymentStanding.values
        if invoices.filter(selectors.standing_is(each, today=today)).exists()
    ]  # fmt: skip
    assert found == [standing]


def test_open_documents_are_those_not_paid_the_oldest_first() -> None:
    account = factories.account()
    later = till.owed(account, 700, kind="invoice", due_date=date(2026, 12, 31))
    pay(till.owed(account, 500, kind="invoice"), 500)
    first = till.owed(account, 300, kind="invoice")
    found = selectors.open_documents(account_ids=[account.pk])
    assert [(each.label, each.open_minor) for each in found] == [
        (first.invoice.label, 300),
        (later.invoice.label, 700),
    ]
