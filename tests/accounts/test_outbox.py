"""Mails are queued with the change, sent at least once, tried again, and given up."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage

from accounts.choices import Role
from accounts.models import Account, Mail
from accounts.services import mail as outbox
from accounts.tasks import mail as tasks
from billing_portal.common import clock
from tests import factories
from tests.accounts.test_letters import VALUES

pytestmark = pytest.mark.django_db
NOW = factories.NOW


@pytest.fixture(autouse=True)
def _time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def queue(kind: str = "role-changed", **changes: Any) -> Mail:
    values: dict[str, Any] = {"to": "a@example.com", "language": "en", "context": VALUES}
    return outbox.queue(**values | {"kind": kind, "now": NOW} | changes)


def refuse(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def send(_message: EmailMessage) -> int:
        raise error

    monkeypatch.setattr(EmailMessage, "send", send)


def test_a_mail_is_sent_once_however_often_it_is_delivered() -> None:
    mail = queue()
    tasks.deliver(mail_id=mail.pk)
    tasks.deliver(mail_id=mail.pk)
    mail.refresh_from_db()
    assert (len(django_mail.outbox), mail.sent_at, mail.lease_owner) == (1, NOW, "")


def test_it_is_known_as_automatic() -> None:
    mail = queue("invoice", language="ja")
    message = tasks.message(mail).message()
    assert message.get_content_type() == "multipart/alternative"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == "<http://127.0.0.1:8000/settings/>"
    assert message["Message-ID"] == tasks.message(Mail.objects.get()).message()["Message-ID"]


def test_mails_that_nobody_can_turn_off_offer_no_way_to() -> None:
    assert tasks.message(queue("password-changed")).message()["List-Unsubscribe"] is None


def test_what_opens_a_door_is_not_kept_once_it_is_sent() -> None:
    secret, other = queue("password-link"), queue("password-changed")
    for mail in (secret, other):
        tasks.deliver(mail_id=mail.pk)
        mail.refresh_from_db()
    assert (secret.text, other.text != "") == ("", True)


def test_a_failure_is_noted_and_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = queue()
    refuse(monkeypatch, SMTPServerDisconnected("gone"))
    tasks.deliver(mail_id=mail.pk)
    mail.refresh_from_db()
    assert mail.error == "SMTPServerDisconnected: gone"
    assert (mail.sent_at, mail.given_up_at, mail.attempts) == (None, None, 1)
    assert outbox.due(now=NOW, limit=9) == []
    assert outbox.due(now=NOW + timedelta(seconds=30), limit=9) == [mail.pk]


def test_after_so_many_failures_it_is_given_up_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mail = queue("password-link")
    refuse(monkeypatch, SMTPServerDisconnected("gone"))
    for day in range(outbox.MAX_ATTEMPTS):
        monkeypatch.setattr(clock, "now", lambda day=day: NOW + timedelta(days=day))
        tasks.deliver(mail_id=mail.pk)
    mail.refresh_from_db()
    assert mail.given_up_at == NOW + timedelta(days=outbox.MAX_ATTEMPTS - 1)
    assert (mail.error, mail.text) == ("SMTPServerDisconnected: gone", "")
    assert outbox.due(now=NOW + timedelta(days=365), limit=9) == []


def test_an_address_that_is_refused_for_good_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mail = queue()
    refuse(monkeypatch, SMTPRecipientsRefused({"a@example.com": (550, b"no such user")}))
    tasks.deliver(mail_id=mail.pk)
    mail.refresh_from_db()
    assert mail.given_up_at == NOW


def test_a_mail_that_ends_its_worker_each_time_is_given_up() -> None:
    mail = queue()
    Mail.objects.update(attempts=outbox.MAX_ATTEMPTS)
    tasks.deliver(mail_id=mail.pk)
    mail.refresh_from_db()
    assert (mail.given_up_at, django_mail.outbox) == (NOW, [])


def test_a_process_that_dies_before_it_notes_a_mail_leaves_it_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mail = queue()

    def die(_point: str) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "reached", die)
        with pytest.raises(SystemExit):
            tasks.deliver(mail_id=mail.pk)
    later = NOW + timedelta(seconds=outbox.LEASE_SECONDS + 1)
    monkeypatch.setattr(clock, "now", lambda: later)
    tasks.deliver(mail_id=mail.pk)
    first, second = (sent.extra_headers["Message-ID"] for sent in django_mail.outbox)
    assert first == second


def test_the_sweep_enqueues_what_is_due_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    due, _later = queue(), queue(now=NOW + timedelta(hours=1))
    told: list[int] = []
    monkeypatch.setattr(tasks, "send", lambda _task, *, mail_id: told.append(mail_id))
    tasks.sweep()
    assert told == [due.pk]


@pytest.mark.parametrize(
    ("kind", "wish", "told"),
    [
        ("invoice", {"mails_invoices": True}, True),
        ("invoice", {"mails_invoices": False}, False),
        ("download", {"mails_downloads": False}, False),
        ("invoice", {"is_active": False}, False),
        ("role-changed", {"mails_invoices": False, "mails_downloads": False}, True),
    ],
)
def test_news_go_to_those_who_want_them(
    kind: str, wish: dict[str, bool], told: bool, agg: Account
) -> None:
    person = factories.person(agg, role=Role.VIEWER, **wish)
    assert outbox.people_of(account=agg, kind=kind) == ([person] if told else [])
