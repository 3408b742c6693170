"""Entries of the audit trail: what they hold, and that they stay."""

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AuditEntry
from accounts.services import audit
from tests import factories

pytestmark = pytest.mark.django_db


def record(actor: str = "operator@example.com", subject: str = "") -> AuditEntry:
    return audit.record(actor=actor, action="sign-in", subject=subject, now=factories.NOW)


def test_an_entry_cannot_be_changed() -> None:
    entry = record()
    entry.actor = "somebody else"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()
    assert AuditEntry.objects.get().actor == "operator@example.com"


def test_an_entry_cannot_be_deleted() -> None:
    record()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.all().delete()
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("typed", ["x" * 1000, "a\0b" * 200])
def test_what_somebody_typed_is_made_to_fit(typed: str) -> None:
    entry = record(actor=typed, subject=typed)
    entry.refresh_from_db()
    assert len(entry.actor) == len(entry.subject) == 254
    assert "\0" not in entry.actor
