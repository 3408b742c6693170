"""Invoice payers are reminded before and after the due date, once each."""

from datetime import date, timedelta

import pytest

from accounts.models import Account, Mail
from invoices.models import Receivable, Reminder
from invoices.services.payments import reminding
from tests import factories
from tests.factories import NOW
from tests.invoices.payments import till

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> Receivable:
    account = factories.account()
    factories.person(account, email="clerk@example.com")
    factories.profile(account=account, email="billing@example.com")
    return till.owed(account, kind="invoice")


def remind(*days: int) -> list[str]:
    """Tick on so many days after the due date; what was mailed since the beginning."""
    for day in days:
        reminding.remind(today=till.DUE + timedelta(days=day), now=NOW)
    return list(Mail.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        ((-8,), []),
        ((-7, -7, 2), ["payment-due"]),
        ((-7, 3), ["payment-due", "payment-overdue"]),
        ((20,), ["payment-overdue"]),
        ((-7, 3, 14, 30, 31, 400), ["payment-due"] + ["payment-overdue"] * 3),
    ],
)
@pytest.mark.usefixtures("row")
def test_each_reminder_goes_once_to_the_people_and_the_billing_address(
    days: tuple[int, ...], kinds: list[str]
) -> None:
    assert remind(*days) == [kind for kind in kinds for _person in range(2)]
    assert set(Mail.objects.values_list("to", flat=True)) <= {
        "clerk@example.com",
        "billing@example.com",
    }


def test_what_is_paid_is_not_reminded_of(row: Receivable) -> None:
    Receivable.objects.update(state="paid", open_minor=0)
    assert remind(40) == []
    assert not Reminder.objects.exists()


def test_the_open_amount_is_asked_for(row: Receivable) -> None:
    Receivable.objects.update(open_minor=400)
    remind(3)
    assert "¥400" in Mail.objects.all()[0].subject + Mail.objects.all()[0].text


def test_card_payers_are_not_reminded() -> None:
    account: Account = factories.account()
    till.owed(account, due_date=date(2026, 1, 31))
    assert not Reminder.objects.exists()
