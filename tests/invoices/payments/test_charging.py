"""Cards are charged after the close, again on a schedule, then the second one; once each."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from accounts.models import Account, AuditEntry, Mail, User
from invoices.choices import PaymentEntryKind
from invoices.gateways import Charged, Declined
from invoices.models import Charge, CustomerCredit, PaymentEntry, Receivable
from invoices.services.payments import charging, ledger
from invoices.services.payments.ledger import Source
from tests import factories
from tests.factories import NOW
from tests.invoices.payments import purse, till

pytestmark = pytest.mark.django_db
Travel = Callable[[timedelta], None]


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Travel:
    """Stop the clock of the worker, and move it."""
    at = [NOW]
    monkeypatch.setattr("billing_portal.common.clock.now", lambda: at[0])

    def move(time: timedelta) -> None:
        at[0] += time

    return move


@pytest.fixture
def payer() -> Account:
    account = factories.account()
    factories.person(account, email="payer@example.com")
    return account


def mails() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("kind", flat=True))


def enabled(account: Account) -> bool:
    return Account.objects.get(pk=account.pk).features_enabled


@pytest.mark.usefixtures("travel")
def test_a_card_that_works_pays_the_document(payer: Account) -> None:
    purse.add(payer)
    row = till.owed(payer, 1415)
    assert purse.work(row) == ("paid", 0)
    assert purse.work(row) == ("paid", 0)
    assert purse.charged() == [1415]
    assert PaymentEntry.objects.get().charge == Charge.objects.get()
    assert mails() == ["payment-paid"]


@pytest.mark.parametrize("behaviour", ["times-out-after-charging", "times-out-before-charging"])
def test_a_gateway_that_times_out_charges_once(
    payer: Account, behaviour: str, travel: Travel
) -> None:
    purse.add(payer, behaviour)
    row = till.owed(payer, 1000)
    assert purse.work(row) == ("charging", 1000)
    assert purse.work(row) == ("charging", 1000), "not due before a pause"
    travel(timedelta(minutes=1))
    assert purse.work(row) == ("paid", 0)
    assert purse.charged() == [1000]
    assert Charge.objects.count() == 1


def test_a_failed_charge_is_tried_again_and_then_the_second_card(
    payer: Account, travel: Travel
) -> None:
    purse.add(payer, "declined")
    purse.add(payer, "second")
    row = till.owed(payer, 1000)
    for days in (0, 3, 5, 7):
        travel(timedelta(days=days) - timedelta(seconds=1))
        purse.work(row)
        travel(timedelta(seconds=1))
        assert purse.work(row) == ("open", 1000)
    assert purse.work(row) == ("paid", 0)
    cards = Charge.objects.values_list("card__last4", "state")
    assert list(cards) == [("0002", "failed")] * 4 + [("1111", "succeeded")]
    assert mails() == ["payment-failed"] * 4 + ["payment-paid"]


def exhaust(account: Account, travel: Travel) -> Receivable:
    row = till.owed(account, 1000)
    for days in (0, 3, 5, 7):
        travel(timedelta(days=days))
        purse.work(row)
    return till.again(row)


def test_after_the_last_failure_features_are_off_until_it_is_paid(
    payer: Account, travel: Travel
) -> None:
    purse.add(payer, "expired")
    row = exhaust(payer, travel)
    assert (row.state, enabled(payer), mails()[-1]) == ("failed", False, "payment-given-up")
    purse.add(payer, "works")
    assert not enabled(payer)
    assert purse.work(row) == ("paid", 0)
    assert enabled(payer)
    acts = AuditEntry.objects.filter(action__startswith="features").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == ["features.stop", "features.restore"]


def test_features_that_staff_switched_off_stay_off(payer: Account, travel: Travel) -> None:
    payer.features_enabled = False
    payer.save()
    purse.add(payer, "declined")
    row = exhaust(payer, travel)
    purse.add(payer, "works")
    assert purse.work(row) == ("paid", 0)
    assert not enabled(payer)


def test_one_paid_document_of_two_restores_nothing(payer: Account, travel: Travel) -> None:
    purse.add(payer, "declined")
    rows = [till.owed(payer, 1000), till.owed(payer, 500)]
    for days in (0, 3, 5, 7):
        travel(timedelta(days=days))
        [purse.work(row) for row in rows]
    purse.add(payer, "works")
    purse.work(rows[0])
    assert not enabled(payer)
    purse.work(rows[1])
    assert enabled(payer)


def test_a_bank_transfer_pays_what_the_card_did_not(payer: Account, travel: Travel) -> None:
    purse.add(payer, "declined")
    row = exhaust(payer, travel)
    held = ledger.locked(receivable_ids=[row.pk])[row.pk]
    ledger.take_in(receivable=held, kind=PaymentEntryKind.TRANSFER, amount_minor=1000,
                   source=Source(actor="staff"), now=NOW)  # fmt: skip
    assert enabled(payer)


def test_without_a_card_it_fails_after_the_due_date(payer: Account, travel: Travel) -> None:
    row = till.owed(payer, 1000)
    assert purse.work(row) == ("open", 1000)
    travel(datetime(2026, 12, 1, 12, tzinfo=NOW.tzinfo) - NOW)
    assert purse.work(row) == ("failed", 1000)
    assert not enabled(payer)


@pytest.mark.usefixtures("travel")
def test_what_the_gateway_tells_later_counts_once_and_too_much_becomes_credit(
    payer: Account,
) -> None:
    purse.add(payer, "times-out-after-charging")
    row = till.owed(payer, 1000)
    purse.work(row)
    held = ledger.locked(receivable_ids=[row.pk])[row.pk]
    ledger.take_in(receivable=held, kind=PaymentEntryKind.TRANSFER, amount_minor=700,
                   source=Source(actor="staff"), now=NOW)  # fmt: skip
    key = Charge.objects.get().key
    told = [
        charging.settle(key=key, result=result, now=NOW)
        for result in (Charged("c-1"), Charged("c-1"), Declined("late"))
    ]
    assert told == [True, False, False]
    assert till.entries(row) == [("transfer", 700, 300), ("card", 300, 0)]
    assert CustomerCredit.objects.get().left_minor == 700


@pytest.mark.usefixtures("travel")
def test_money_that_comes_after_a_failure_counts(payer: Account) -> None:
    purse.add(payer, "declined")
    row = till.owed(payer, 1000)
    purse.work(row)
    assert charging.settle(key=Charge.objects.get().key, result=Charged("c-1"), now=NOW)
    assert till.again(row).state == "paid"


def test_only_people_of_the_account_are_told(payer: Account, travel: Travel) -> None:
    factories.person(factories.account())
    purse.add(payer, "declined")
    exhaust(payer, travel)
    assert set(Mail.objects.values_list("to", flat=True)) == {
        User.objects.get(memberships__account=payer).email
    }
