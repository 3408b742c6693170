"""Mails are sent again, invitations sent again and withdrawn, from the staff pages."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Account, AuditEntry, Invitation, Mail
from accounts.services import invitations
from tests import factories
from tests.staff.conftest import said

MAILS = "admin:accounts_mail_changelist"
INVITATIONS = "admin:accounts_invitation_changelist"


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the broker is told."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr("accounts.admin.outbox.send", lambda _task, **rest: told.append(rest))
    return told


def mail(text: str = "Here.", **fields: Any) -> Mail:
    values = {"to": "a@example.com", "kind": "invoice", "language": "en", "subject": "S"}
    times = {"created_at": factories.NOW, "due_at": factories.NOW}
    return Mail.objects.create(**{**values, **times, **fields, "text": text})


def act(staff: Client, pages: str, action: str, *rows: Any) -> str:
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return said(staff.post(reverse(pages), data))


class TestMails:
    @pytest.mark.parametrize("column", ["sent_at", "given_up_at"])
    def test_are_sent_again(self, column: str, staff: Client, told: list[dict[str, Any]]) -> None:
        when: dict[str, Any] = {column: factories.NOW}
        row = mail(attempts=8, error="No.", **when)
        assert "1 mails are sent again" in act(staff, MAILS, "send_again", row)
        row.refresh_from_db()
        assert (row.sent_at, row.given_up_at, row.attempts, row.error) == (None, None, 0, "")
        assert told == [{"mail_id": row.pk}]
        assert AuditEntry.objects.get(action="mail.again").subject == "a@example.com"

    def test_that_are_not_kept_stay(self, staff: Client, told: list[dict[str, Any]]) -> None:
        row = mail("", kind="password-link", given_up_at=factories.NOW)
        assert "1 mails held a personal link" in act(staff, MAILS, "send_again", row)
        assert told == []

    @pytest.mark.parametrize(
        ("state", "sent_at", "given_up_at"),
        [
            ("waiting", None, None),
            ("sent", factories.NOW, None),
            ("given-up", None, factories.NOW),
        ],
    )
    def test_are_found_by_state(
        self, state: str, sent_at: datetime | None, given_up_at: datetime | None, staff: Client
    ) -> None:
        wanted = mail(sent_at=sent_at, given_up_at=given_up_at)
        mail()
        mail(sent_at=factories.NOW)
        mail(given_up_at=factories.NOW)
        rows = list(staff.get(reverse(MAILS), {"state": state}).context["cl"].result_list)
        assert wanted in rows
        assert len(rows) == 2

    def test_text_from_outside_is_written_out(self, staff: Client) -> None:
        row = mail("<script>x</script>")
        page = staff.get(reverse("admin:accounts_mail_change", args=[row.pk])).content.decode()
        assert "&lt;script&gt;x&lt;/script&gt;" in page


class TestInvitations:
    @pytest.fixture
    def open_one(self, agg: Account) -> Invitation:
        return invitations.invite(
            account=agg,
            email="new@example.com",
            role=Role.VIEWER,
            language="en",
            actor="x",
            now=factories.NOW,
        )

    def test_are_withdrawn(self, open_one: Invitation, staff: Client) -> None:
        assert "1 invitations are withdrawn" in act(staff, INVITATIONS, "withdraw", open_one)
        open_one.refresh_from_db()
        assert open_one.withdrawn_at is not None
        assert AuditEntry.objects.get(action="invitation.withdraw").actor == "operator@example.com"

    def test_are_sent_again(self, open_one: Invitation, staff: Client) -> None:
        assert "1 invitations are sent again" in act(staff, INVITATIONS, "send_again", open_one)
        assert Mail.objects.filter(kind="invitation").count() == 2

    def test_that_were_withdrawn_are_counted_apart(
        self, open_one: Invitation, staff: Client
    ) -> None:
        act(staff, INVITATIONS, "withdraw", open_one)
        assert "1 were accepted or withdrawn already" in act(
            staff, INVITATIONS, "send_again", open_one
        )

    def test_open_ones_stand_on_the_page_of_the_account(
        self, open_one: Invitation, agg: Account, staff: Client
    ) -> None:
        page = staff.get(reverse("admin:accounts_account_change", args=[agg.pk])).content.decode()
        assert "new@example.com" in page
