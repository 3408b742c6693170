"""Counters by interval, for a range given by its ends or by its length."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.choices import BusinessModel
from accounts.models import Account
from tests.api import contracts
from tests.api.conftest import Headers, SignIn
from tests.usage.reports.conftest import Facts, lamp

pytestmark = [pytest.mark.django_db, contracts.needed]
PATH = "/v3/billing-statistics"
OCTOBER = {"start": "2026-10-01T00:00:00.000Z", "end": "2026-11-01T00:00:00.000Z"}
DAY_5 = {"start": "2026-10-05T00:00:00Z", "end": "2026-10-06T00:00:00Z"}


@pytest.fixture
def headers(bearer: SignIn, agg: Account) -> Headers:
    return bearer(agg)


@pytest.fixture
def _used(agg: Account, ten: Account, facts: Facts) -> None:
    """Two lamps from 10:01 on 5 October, one of them again on the 9th; calls; a tenant's SIM."""
    Account.objects.filter(pk=agg.pk).update(business_model=BusinessModel.API_CALLS)
    lamp(agg, "lamp1")
    lamp(agg, "lamp2")
    one = ("AGG", "lamp1", "session.connection", 1)
    facts(one, ("AGG", "lamp2", "session.connection", 1), ("AGG", "", "rest.user_token", 7), day=5)
    facts(one, ("AGG", "", "rest.user_token", 2), ("AGG", "lamp1", "firmware.update", 1), day=9)
    facts(("TEN", "440100000000001", "session.connection", 1), day=9)


def read(client: Client, headers: Headers, **query: Any) -> Any:
    response = client.get(PATH, query, headers=headers)
    assert response.status_code == 200, response.content
    return contracts.check("pelion", "get", PATH, response)


def figures(said: Any) -> dict[str, tuple[int, int, int]]:
    """By begin of the interval what is not nothing: devices, updates, calls with a user token."""
    names = ("active_devices", "firmware_updates", "rest_api_requests_with_user_token")
    found = {one["timestamp"]: tuple(one[name] for name in names) for one in said["data"]}
    return {at: counts for at, counts in found.items() if any(counts)}


@pytest.mark.usefixtures("_used")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (OCTOBER | {"interval": "1d"},
         {"2026-10-05T00:00:00.000Z": (2, 0, 7), "2026-10-09T00:00:00.000Z": (0, 1, 2)}),
        (OCTOBER | {"interval": "1w"},
         {"2026-10-01T00:00:00.000Z": (2, 0, 7), "2026-10-08T00:00:00.000Z": (0, 1, 2)}),
        (OCTOBER | {"interval": "1mo"}, {"2026-10-01T00:00:00.000Z": (2, 1, 9)}),
        (DAY_5 | {"interval": "1h"}, {"2026-10-05T10:00:00.000Z": (2, 0, 7)}),
        ({"start": "2026-10-05T10:01:30Z", "end": "2026-10-05T10:10:00Z", "interval": "5m"},
         {"2026-10-05T10:01:30.000Z": (1, 0, 7)}),
        ({"start": "2026-10-05T12:00:00Z", "end": "2026-10-12T12:00:00Z", "interval": "1d"},
         {"2026-10-08T12:00:00.000Z": (0, 1, 2)}),
    ],
)  # fmt: skip
def test_facts_are_in_their_interval(
    client: Client, headers: Headers, query: dict[str, str], expected: dict[str, Any]
) -> None:
    assert figures(read(client, headers, **query, limit=1000)) == expected


@pytest.mark.usefixtures("_used")
def test_pages_add_up_in_both_orders(client: Client, headers: Headers) -> None:
    for order in ("asc", "DESC"):
        query = OCTOBER | {"interval": "1d", "limit": 7, "order": order}
        pages = [read(client, headers, **query, include="total_count")]
        while pages[-1]["has_more"]:
            after = pages[-1]["data"][-1]["id"]
            pages.append(read(client, headers, **query, after=after))
        days = [one["timestamp"] for page in pages for one in page["data"]]
        assert (len(days), days == sorted(days, reverse=order == "DESC")) == (31, True)
        assert sum(sum(map(sum, figures(page).values())) for page in pages) == 12
        assert (pages[0]["total_count"], "total_count" in pages[1]) == (31, False)


@pytest.mark.usefixtures("_used")
def test_a_period_ends_now(client: Client, headers: Headers) -> None:
    with time_machine.travel(datetime(2026, 10, 12, 9, tzinfo=UTC), tick=False):
        said = read(client, headers, period="1w", interval="3d", include="total_count")
    begins = [one["timestamp"] for one in said["data"]]
    assert (begins[0], said["total_count"]) == ("2026-10-05T09:00:00.000Z", 3)
    assert figures(said)[begins[0]] == (2, 0, 7)


def test_ids_are_those_of_the_example_of_the_definition(client: Client, headers: Headers) -> None:
    query = {"start": "2019-11-18T00:00:00.000Z", "end": "2019-11-21T00:00:00.000Z"}
    ids = [one["id"] for one in read(client, headers, **query, interval="1d")["data"]]
    example = contracts.definition("pelion")["paths"][PATH]["get"]["responses"][200]["examples"]
    assert ids == [one["id"] for one in example["application/json"]["data"]]


def test_an_account_by_devices_has_no_counters_of_calls(client: Client, headers: Headers) -> None:
    (one,) = read(client, headers, **OCTOBER, interval="31d")["data"]
    assert set(one) == {
        "object", "id", "timestamp", "active_devices", "firmware_updates", "sda_tokens"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"interval": "1d"}, ["end", "start"]),
        ({"interval": "1d", "start": OCTOBER["start"]}, ["end"]),
        ({"interval": "1d", "period": "1w", "start": OCTOBER["start"]}, ["start"]),
        (OCTOBER, ["interval"]),
        (OCTOBER | {"interval": "4m"}, ["interval"]),
        (OCTOBER | {"interval": "99999999d"}, ["interval"]),
        (OCTOBER | {"interval": "32d"}, ["interval"]),
        (OCTOBER | {"interval": "4mo"}, ["interval"]),
        (OCTOBER | {"interval": "1y"}, ["interval"]),
        ({"interval": "1d", "period": "99d"}, ["period"]),
        (OCTOBER | {"interval": "1d", "limit": "1"}, ["limit"]),
        (OCTOBER | {"interval": "1d", "after": "0" * 32}, ["after"]),
        (OCTOBER | {"interval": "1d", "end": "2027-02-01T00:00:00Z"}, ["end"]),
        (OCTOBER | {"interval": "1d", "end": OCTOBER["start"]}, ["end"]),
        (OCTOBER | {"interval": "1d", "start": "yesterday"}, ["start"]),
        (OCTOBER | {"interval": "1d", "start": "0001-01-01T00:00:00+23:00"}, ["start"]),
    ],
)
def test_wrong_parameters_are_named(
    client: Client, headers: Headers, query: dict[str, str], names: list[str]
) -> None:
    response = client.get(PATH, query, headers=headers)
    assert response.status_code == 400, response.content
    said = contracts.check("pelion", "get", PATH, response)
    assert sorted(field["name"] for field in said["fields"]) == names


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z"),
        ("9999-12-30T00:00:00Z", "9999-12-31T12:00:00Z"),
    ],
)
def test_the_ends_of_time_are_no_5xx(
    client: Client, headers: Headers, start: str, end: str
) -> None:
    for interval in ("1d", "1mo", "6h"):
        response = client.get(
            PATH, {"start": start, "end": end, "interval": interval}, headers=headers
        )
        assert response.status_code in {200, 400}, response.content


def test_a_tenant_is_not_commercial(client: Client, bearer: SignIn, ten: Account) -> None:
    response = client.get(PATH, OCTOBER | {"interval": "1d"}, headers=bearer(ten))
    assert response.status_code == 403
    assert contracts.check("pelion", "get", PATH, response)["type"] == "forbidden"
