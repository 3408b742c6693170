"""What tests of people share: mails that were queued, and a broker that nobody waits for."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEntry, Mail, User
from accounts.views.settings import people, profile
from tests import factories

PASSWORD = "correct horse battery"
Trail = Callable[[], list[tuple[str, str, str]]]
SignedIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _silent_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep is a hint only, and no test here has a broker."""
    for module in (people, profile):
        monkeypatch.setattr(module, "send", lambda *_args, **_kwargs: True)


@pytest.fixture
def person(db: None) -> User:
    """Somebody who can sign in with PASSWORD."""
    return factories.user(email="person@example.com", name="Person", password=PASSWORD)


@pytest.fixture
def trail(db: None) -> Trail:
    """What the audit trail says: (action, actor, subject), in order."""
    return lambda: list(AuditEntry.objects.order_by("id").values_list("action", "actor", "subject"))


@pytest.fixture
def signed_in() -> SignedIn:
    """Sign in by the form, as people do; a browser of its own."""

    def sign_in(person: User, password: str = PASSWORD) -> Client:
        client = Client()
        client.post("/sign-in/", {"username": person.email, "password": password})
        return client

    return sign_in


def mails(kind: str | None = None) -> list[Mail]:
    """Mails in the outbox, in order."""
    found = Mail.objects.order_by("id")
    return list(found.filter(kind=kind) if kind else found)


def link(mail: Mail) -> str:
    """The path of the address in a mail."""
    line = next(line for line in mail.text.splitlines() if line.startswith("http"))
    return "/" + line.split("/", 3)[3]
