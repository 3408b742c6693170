"""Habits of real clients, none of which may be met with a redirect, a page or a 5xx."""

import gzip

import pytest
from django.test import Client

from accounts.models import Account
from tests import factories
from tests.api.answers import CheckedClient
from tests.api.conftest import SignIn

pytestmark = pytest.mark.django_db
OUT = "/v1/auth/logout"


@pytest.mark.parametrize("path", [f"{OUT}?", f"{OUT}?unknown=1&unknown=2", "/g/v1/auth/logout"])
def test_addresses_as_clients_write_them(
    client: Client, agg: Account, soracom: SignIn, path: str
) -> None:
    assert client.post(path, headers=soracom(agg)).status_code == 204


def test_a_post_without_type_and_content(agg: Account, soracom: SignIn) -> None:
    bare = CheckedClient(headers=soracom(agg))
    response = bare.generic("POST", OUT, b"", content_type="")
    assert response.status_code == 204


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_json_under_any_name(client: Client, agg: Account, kind: str) -> None:
    key, secret = factories.api_key(account=agg)
    body = f'{{"authKeyId": "{key.public_id}", "authKey": "{secret}"}}'
    assert client.generic("POST", "/v1/auth", body, content_type=kind).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", "nonsense"])
def test_json_whatever_is_asked_for(client: Client, accept: str) -> None:
    response = client.post(OUT, headers={"Accept": accept})
    assert (response.status_code, response["Content-Type"]) == (401, "application/json")


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "サインイン"), ("en", "Sign in"), ("xx", "Sign in")]
)
def test_messages_in_the_language_that_is_asked_for(
    client: Client, language: str, words: str
) -> None:
    headers = {"X-Soracom-Lang": language, "X-Soracom-Token": "x"}
    assert words in client.post(OUT, headers=headers).json()["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/v1/nothing/like/it", 404),
        ("post", "/g/v1/", 404),
        ("get", "/v1/auth/", 404),
        ("get", "/v1/auth", 405),
        ("put", OUT, 405),
        ("options", "/v1/auth", 405),
        ("get", "/v1/\x00", 404),
    ],
)
def test_what_is_not_there_is_said_in_json(
    request: pytest.FixtureRequest, client: Client, method: str, path: str, status: int
) -> None:
    headers = request.getfixturevalue("soracom")(request.getfixturevalue("agg"))
    response = getattr(client, method)(path, headers=headers)
    assert (response.status_code, set(response.json())) == (status, {"code", "message"})


def test_a_long_answer_is_gzipped_for_who_takes_it(
    client: Client, agg: Account, bearer: SignIn
) -> None:
    query = {"start": "2026-10-01T00:00:00Z", "end": "2026-11-01T00:00:00Z", "interval": "1d"}
    plain, packed = (
        client.get("/v3/billing-statistics", query, headers={**bearer(agg), **accepted})
        for accepted in ({}, {"Accept-Encoding": "gzip, deflate"})
    )
    assert (packed["Content-Encoding"], "Content-Encoding" in plain) == ("gzip", False)
    assert gzip.decompress(packed.content) == plain.content
