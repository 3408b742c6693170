"""Commands in TR50 envelopes: sign-in, several at once, and failure within a 200."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from accounts.choices import Scope
from accounts.models import Account, ApiKey
from accounts.services import keys
from tests import factories

pytestmark = pytest.mark.django_db
NOW = factories.NOW
PASSWORD = "correct horse battery"
REPORT = {"command": "usage.report"}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _things(agg: Account, ten: Account) -> None:
    factories.device(account=agg, key="pump", definition="pump")
    factories.device(account=ten, key="meter", definition="meter")


def post(client: Client, packet: Any) -> Any:
    response = client.post("/api", packet, content_type="application/json")
    assert response.status_code == 200, response.content
    return response.json()


def signing_in(account: Account, *scopes: Scope) -> dict[str, Any]:
    key, secret = factories.api_key(account=account, scopes=scopes or tuple(Scope))
    return authenticate(key.public_id, secret)


def authenticate(username: str, password: str, **params: str) -> dict[str, Any]:
    typed = {"username": username, "password": password, **params}
    return {"command": "api.authenticate", "params": typed}


def failures(answers: dict[str, Any]) -> dict[str, int]:
    return {
        name: answer["errorCodes"][0] for name, answer in answers.items() if not answer["success"]
    }


def test_sign_in_and_report_in_one_post(client: Client, agg: Account) -> None:
    answers = post(client, {"auth": signing_in(agg), "1": REPORT})
    report = answers["1"]["params"]
    assert (report["start"], report["end"]) == ("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z")
    rows = [(row["orgKey"], row["parentOrgKey"], row["countThings"]) for row in report["result"]]
    assert (report["orgKey"], rows) == ("AGG", [("AGG", "", 1), ("TEN", "AGG", 1)])


def test_a_session_serves_later_posts(client: Client, agg: Account) -> None:
    session = post(client, {"auth": signing_in(agg)})["auth"]["params"]["sessionId"]
    packet = {"auth": {"sessionId": session}, "a": REPORT, "b": REPORT}
    assert [post(client, packet)[name]["success"] for name in "ab"] == [True, True]
    keys.revoke(key=ApiKey.objects.get(), actor="x", now=NOW)
    assert failures(post(client, packet)) == {"auth": -401, "a": -401, "b": -401}


def test_what_is_counted_is_chosen(client: Client, agg: Account) -> None:
    params = {"month": "2026-09", "includeSubOrgs": False, "countBy": "thingDefinition"}
    answers = post(client, {"auth": signing_in(agg), "1": {**REPORT, "params": params}})
    (row,) = answers["1"]["params"]["result"]
    assert row["by"] == {"pump": {"countBillableThings": 0, "countThings": 1}}
    of_tenant = {**REPORT, "params": {"orgKey": "TEN"}}
    report = post(client, {"auth": signing_in(agg), "1": of_tenant})["1"]["params"]
    assert [row["orgKey"] for row in report["result"]] == ["TEN"]


def test_one_failure_does_not_hold_up_the_others(
    client: Client, agg: Account, stray: Account
) -> None:
    packet = {
        "auth": signing_in(agg),
        "fine": REPORT,
        "strange": {"command": "thing.list"},
        "nothing": {},
        "odd": {"command": ["usage.report"]},
        "foreign": {**REPORT, "params": {"orgKey": "STR"}},
        "future": {**REPORT, "params": {"month": "2026-12"}},
        "wrong": {**REPORT, "params": {"month": "2026-00"}},
        "list": {**REPORT, "params": [1]},
        "nul": {**REPORT, "params": {"orgKey": "\x00"}},
    }
    answers = post(client, packet)
    assert answers["fine"]["success"]
    assert failures(answers) == {
        "strange": -404, "nothing": -404, "odd": -404, "foreign": -404, "future": -400,
        "wrong": -400, "list": -400, "nul": -400,
    }  # fmt: skip


def test_a_tenant_sees_itself_and_a_key_its_scopes(
    client: Client, agg: Account, ten: Account
) -> None:
    report = post(client, {"auth": signing_in(ten), "1": REPORT})["1"]["params"]
    assert [row["orgKey"] for row in report["result"]] == ["TEN"]
    above = {**REPORT, "params": {"orgKey": "AGG"}}
    assert failures(post(client, {"auth": signing_in(ten), "1": above})) == {"1": -404}
    packet = {"auth": signing_in(agg, Scope.READ_BILLING), "1": REPORT}
    assert failures(post(client, packet)) == {"1": -403}


def test_a_person_signs_in_and_is_locked_out_as_in_a_browser(
    client: Client, agg: Account, settings: Settings
) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    person = factories.person(agg, email="person@example.com", password=PASSWORD)
    right = {"auth": authenticate(person.email, PASSWORD), "1": REPORT}
    assert post(client, right)["1"]["success"]
    wrong = {"auth": authenticate(person.email, "wrong"), "1": REPORT}
    assert failures(post(client, wrong)) == {"auth": -401, "1": -401}
    response = client.post("/api", wrong, content_type="application/json")
    assert (response.status_code, response.json()["errorCodes"]) == (429, [-429])


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"1": 1}', b'{"1": {"command": "usage.report"}}']
)
def test_nonsense_and_strangers_fail_within_a_200(client: Client, body: bytes) -> None:
    response = client.post("/api", body, content_type="application/json")
    assert response.status_code == 200
    assert not body or "false" in response.content.decode()


def test_too_many_commands_at_once(client: Client) -> None:
    packet = {str(number): REPORT for number in range(21)}
    assert post(client, packet)["errorCodes"] == [-400]


def test_commands_are_limited_by_key(client: Client, agg: Account, settings: Settings) -> None:
    settings.API_LIMITS = settings.API_LIMITS | {"read": 2}
    packet = {"auth": signing_in(agg), "1": REPORT, "2": REPORT, "3": REPORT}
    response = client.post("/api", packet, content_type="application/json")
    assert (response.status_code, response["Retry-After"]) == (429, "60")
