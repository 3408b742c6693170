"""Cards and visits to a gateway for tests, beside `tests.factories`."""

from itertools import count
from typing import Any

from accounts.models import Account
from invoices.models import Card, CardSetup
from tests.factories import NOW

_numbers = count(1)


def card(*, account: Account, **fields: Any) -> Card:
    """A card of the sandbox that works: the default one of Japan, unless told."""
    values: dict[str, Any] = {
        "coverage": "japan",
        "gateway": "sandbox",
        "customer": "customer-1",
        "reference": f"works.{next(_numbers)}",
        "brand": "Specimen",
        "last4": "4242",
        "exp_month": 12,
        "exp_year": 2099,
        "slot": 1,
        "is_default": True,
        "added_at": NOW,
        "added_by": "clerk@example.com",
        **fields,
    }
    return Card.objects.create(account=account, **values)


def setup(*, account: Account, **fields: Any) -> CardSetup:
    """A visit to the page of the sandbox that has not come to an end."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "coverage": "japan",
        "gateway": "sandbox",
        "key": f"visit-{number}",
        "customer": "customer-1",
        "reference": f"setup-{number}",
        "url": "http://127.0.0.1:8000/",
        "begun_at": NOW,
        "begun_by": "clerk@example.com",
        **fields,
    }
    return CardSetup.objects.create(account=account, **values)
