"""A search of a staff list finds words in the row, and in what the row points to."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from tests import once
from tests.staff.world import world

CASES = [
    ("invoices_bill", "W1", 1),
    ("invoices_bill", "blue", 1),
    ("invoices_bill", "blue harbour", 1),
    ("invoices_bill", "blue nothing", 0),
    ("invoices_bill", "%", 0),
    ("invoices_invoice", "s -0", 2),
    ("invoices_invoice", "W2", 1),
    ("invoices_rendering", "w2", 1),
    ("invoices_rendering", "-0 W1", 1),
]


def _two() -> None:
    for key, name in (("W1", "Blue Harbour"), ("W2", "Green Hill")):
        Account.objects.filter(pk=world(key).pk).update(team_name=name)


two = once.made(_two)


@pytest.mark.parametrize(("model", "words", "count"), CASES)
def test_as_many_rows_are_found(staff: Client, model: str, words: str, count: int) -> None:
    page = staff.get(reverse(f"admin:{model}_changelist"), {"q": words})
    assert page.context["cl"].result_count == count
