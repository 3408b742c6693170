"""Mails reach a real mail server over a real connection, whole and harmless."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts.models import Mail
from accounts.services import mail as outbox
from accounts.tasks import mail as tasks
from billing_portal.common import clock
from tests import factories, smtp
from tests.accounts.test_letters import VALUES

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[smtp.MailServer]:
    monkeypatch.setattr(clock, "now", lambda: factories.NOW)
    with smtp.running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def deliver(language: str = "ja", **changes: str) -> Mail:
    mail = outbox.queue(
        to="a@example.com",
        kind="role-removed",
        language=language,
        context=VALUES | changes,
        now=factories.NOW,
    )
    tasks.deliver(mail_id=mail.pk)
    mail.refresh_from_db()
    return mail


def test_a_japanese_mail_arrives_as_it_was_written(server: smtp.MailServer) -> None:
    mail = deliver()
    (received,) = server.received
    assert received["Subject"].strip() == mail.subject
    plain, html = received.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == mail.text
    assert html.get_content_type() == "text/html"
    assert (received["To"], received["From"]) == ("a@example.com", "Meisai <meisai@localhost>")
    assert mail.sent_at == factories.NOW


def test_a_name_cannot_add_a_header_or_a_recipient(server: smtp.MailServer) -> None:
    deliver("en", team="A\r\nBcc: everybody@example.com\r\n\r\n<script>")
    (received,) = server.received
    assert received["Bcc"] is None
    assert received["Subject"] == "Your access to A Bcc: everybody@example.com <script> has ended"


def test_an_address_that_the_server_refuses_is_given_up(server: smtp.MailServer) -> None:
    server.refused.add("a@example.com")
    mail = deliver()
    assert (mail.given_up_at, server.received) == (factories.NOW, [])
    assert "no such user" in mail.error


def test_a_server_that_is_not_there_is_tried_again(
    server: smtp.MailServer, settings: Settings
) -> None:
    settings.EMAIL_PORT = 1
    mail = deliver()
    assert (mail.sent_at, mail.given_up_at) == (None, None)
    assert mail.error.startswith("ConnectionRefusedError")
