"""The filters that the kit adds to those of django-filter."""

import pytest

from accounts.models import Account, AuditEntry
from billing_portal.common.reports.filters import FlagFilter, SearchFilter
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("value", "keys"), [("", "AB"), ("yes", "A"), ("no", "B")])
def test_a_flag_is_yes_no_or_all(value: str, keys: str) -> None:
    factories.account(key="A", features_enabled=True)
    factories.account(key="B", features_enabled=False)
    found = FlagFilter(field_name="features_enabled").filter(Account.objects.all(), value)
    assert "".join(sorted(account.key for account in found)) == keys


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 2), ("   ", 2), ("one", 1), ("ONE read", 1), ("one write", 0), ("%", 0), ("_", 0)],
)
def test_every_word_is_searched_in_all_fields(text: str, count: int) -> None:
    for subject, action in (("one", "read"), ("two", "write")):
        AuditEntry.objects.create(at=factories.NOW, actor="x", action=action, subject=subject)
    found = SearchFilter(("subject", "action")).filter(AuditEntry.objects.all(), text)
    assert found.count() == count
