"""The database keeps a ledger as it was written, and refuses what cannot be."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Account
from tests.usage.packages import shelf
from tests.usage.packages.shelf import DAY, END, START
from usage.models import QuotaEntry, QuotaLedger

pytestmark = pytest.mark.django_db
WRONG: dict[str, dict[str, Any]] = {
    "a number twice": {"number": 1},
    "less than nothing left": {"left": -1},
    "a release that takes": {"reason": "reservation_release", "amount": -1},
    "a package event that names a campaign": {"reason": "package_tokens_edit"},
    "a second reservation of a campaign": {"reason": "reservation", "amount": -1},
}


def test_an_entry_is_neither_changed_nor_removed(agg: Account) -> None:
    shelf.create(agg)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        QuotaEntry.objects.update(amount=1)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        QuotaEntry.objects.all().delete()


@pytest.mark.parametrize("values", WRONG.values(), ids=WRONG)
def test_an_entry_that_cannot_be_is_refused(agg: Account, values: dict[str, Any]) -> None:
    package = shelf.create(agg)
    campaign = shelf.start(agg)
    entry = {
        "ledger_id": agg.pk,
        "number": 9,
        "at": START + DAY,
        "recorded_at": START + DAY,
        "reason": "reservation_release",
        "amount": 1,
        "left": 0,
        "package": package,
        "campaign": campaign,
        "account": agg,
    }
    with transaction.atomic():
        QuotaEntry.objects.create(**entry)
        transaction.set_rollback(True)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuotaEntry.objects.create(**entry | values)


def test_a_balance_below_zero_is_refused(agg: Account) -> None:
    shelf.create(agg)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuotaLedger.objects.update(balance=-1)


def test_a_clock_that_goes_back_does_not_turn_the_ledger_back(agg: Account) -> None:
    shelf.create(agg)
    shelf.start(agg, at=START + 2 * DAY)
    shelf.start(agg, at=START + DAY)
    assert list(QuotaEntry.objects.order_by("number").values_list("at", flat=True)) == [
        START,
        START + 2 * DAY,
        START + 2 * DAY,
    ]


def test_settling_twice_enters_everything_once(agg: Account) -> None:
    shelf.create(agg)
    shelf.settle(agg, END)
    before = shelf.ledger(agg)
    shelf.settle(agg, END + DAY)
    assert shelf.ledger(agg) == before
