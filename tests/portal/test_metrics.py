"""The figures of /metrics, and who gets them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, Mail
from accounts.tasks.health import heartbeat
from billing_portal.common import clock
from invoices.choices import ItemState
from tests import factories

pytestmark = pytest.mark.django_db
TOKEN = "a token of the tests"


@pytest.fixture(autouse=True)
def token(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(clock, "now", lambda: factories.NOW)


def figures(client: Client) -> dict[str, float]:
    response = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    lines = re.findall(r"^(meisai_\S+) (\S+)$", response.content.decode(), re.MULTILINE)
    return {name: float(value) for name, value in lines}


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", "Bearer 明"])
def test_without_the_token_there_is_no_such_page(client: Client, given: str) -> None:
    assert client.get("/metrics", headers={"authorization": given}).status_code == 404


def test_without_a_token_in_the_settings_there_is_no_such_page(
    client: Client, settings: Any
) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_the_web_server_counts_its_requests(client: Client) -> None:
    client.get("/sign-in/")
    response = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert b'view="login"' in response.content


def test_a_quiet_portal_has_nothing_waiting(client: Client) -> None:
    heartbeat()
    waiting = figures(client)
    assert waiting.pop("meisai_worker_heartbeat_age_seconds") < 5
    assert set(waiting.values()) == {0}


def test_no_worker_has_no_age(client: Client) -> None:
    assert "meisai_worker_heartbeat_age_seconds" not in figures(client)


def test_month_ends_and_parked_accounts_are_counted(client: Client, agg: Account) -> None:
    run = factories.billing_run()
    factories.run_item(run=run, account=agg)
    factories.run_item(run=run, account=agg, coverage="global", state=ItemState.PARKED)
    found = figures(client)
    assert (found["meisai_runs"], found["meisai_parked"]) == (1, 1)


def test_the_mail_that_waits_longest_has_an_age(client: Client) -> None:
    due = factories.NOW - timedelta(minutes=10)
    for age in (timedelta(0), timedelta(minutes=5)):
        Mail.objects.create(to="to@example.com", due_at=due + age, created_at=due)
    assert figures(client)['meisai_oldest_due_seconds{work="mail"}'] == 600


def test_rows_of_imports_are_added_up(client: Client) -> None:
    for accepted in (3, 4):
        factories.file_import(accepted=accepted, rejected=1)
    found = figures(client)
    assert found['meisai_import_rows_total{outcome="accepted"}'] == 7
    assert found['meisai_import_rows_total{outcome="rejected"}'] == 2
