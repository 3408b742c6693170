"""Who looks at a customer's pages changes nothing, at no address and by no method."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.views.viewing import STILL_DONE
from tests import factories, once

pytestmark = [pytest.mark.once, pytest.mark.django_db]

ARGUMENTS = {
    "int": 1,
    "str": "a",
    "slug": "a",
    "path": "a",
    "uuid": "00000000-0000-0000-0000-000000000000",
}


def addresses(resolver: URLResolver, path: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Name and an example of every address but those of the staff pages."""
    for entry in resolver.url_patterns:
        here = path + _example(entry)
        if isinstance(entry, URLPattern):
            yield str(entry.name), here
        elif entry.namespace != "admin":
            yield from addresses(entry, here)


def _example(entry: URLPattern | URLResolver) -> str:
    text = str(entry.pattern).lstrip("^")
    for name, converter in entry.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        value = {"coverage": "japan", "month": "2026-10"}.get(name, ARGUMENTS.get(kind, "a"))
        for written in (f"<{kind}:{name}>", f"<{name}:{name}>", f"<{name}>"):
            text = text.replace(written, str(value))
    return text


EVERYWHERE = sorted({pair for pair in addresses(get_resolver()) if pair[0] not in STILL_DONE})


def _look() -> str:
    """Begin to look at a customer; the session."""
    staff, account = Client(), factories.account()
    staff.force_login(factories.user(is_staff=True, is_superuser=True))
    staff.post(reverse("view-as"), {"account": account.key})
    return staff.cookies[settings.SESSION_COOKIE_NAME].value


session = once.made(_look)


@pytest.mark.parametrize(("name", "path"), EVERYWHERE, ids=str)
def test_nothing_can_be_changed(name: str, path: str, session: str, client: Client) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    for change in (client.post, client.put, client.patch, client.delete):
        response = change(f"/{path}")
        assert response.status_code == 403, (name, path, change)
        assert "You are only looking" in response.content.decode()
