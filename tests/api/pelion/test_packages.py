"""Service packages, quota and its history, in pages."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Account
from tests.api import contracts
from tests.api.conftest import Headers, SignIn
from tests.usage.packages import shelf
from tests.usage.packages.shelf import DAY, END, START

pytestmark = [pytest.mark.django_db, contracts.needed]
PACKAGES, QUOTA = "/v3/service-packages", "/v3/service-packages-quota"
HISTORY = "/v3/service-packages-quota-history"


@pytest.fixture
def headers(bearer: SignIn, agg: Account) -> Headers:
    return bearer(agg)


def read(client: Client, path: str, headers: Headers, **query: Any) -> Any:
    response = client.get(path, query, headers=headers)
    assert response.status_code == 200, response.content
    return contracts.check("pelion", "get", path, response)


def test_an_account_without_a_package(client: Client, headers: Headers) -> None:
    assert read(client, PACKAGES, headers) == {
        "object": "service-packages", "pending": None, "active": None, "previous": []
    }  # fmt: skip
    assert read(client, QUOTA, headers)["quota"] == 0
    history = read(client, HISTORY, headers)
    assert (history["data"], history["total_count"], history["has_more"]) == ([], 0, False)


def test_packages_before_and_after_a_renewal(
    client: Client, headers: Headers, agg: Account
) -> None:
    first = shelf.create(agg, at=START)
    second = shelf.renew(agg)
    with time_machine.travel(START + 2 * DAY, tick=False):
        said = read(client, PACKAGES, headers)
    assert (said["active"]["id"], said["active"]["next_id"]) == (first.pk.hex, second.pk.hex)
    assert (said["pending"]["id"], said["pending"]["previous_id"]) == (second.pk.hex, first.pk.hex)
    with time_machine.travel(END + DAY, tick=False):
        said = read(client, PACKAGES, headers)
    (previous,) = said["previous"]
    assert (said["active"]["id"], previous["reason"]) == (second.pk.hex, "renewed")
    assert previous["end_time"] == "2027-03-10T09:00:00.000Z"


def test_a_package_that_nothing_follows_was_terminated(
    client: Client, headers: Headers, agg: Account
) -> None:
    shelf.create(agg, at=START)
    with time_machine.travel(END, tick=False):
        said = read(client, PACKAGES, headers)
        assert (said["active"], said["previous"][0]["reason"]) == (None, "terminated")
        assert read(client, QUOTA, headers)["quota"] == 0


def test_a_pending_first_package_follows_none(
    client: Client, headers: Headers, agg: Account
) -> None:
    shelf.create(agg, at=START, starts_at=START + DAY)
    with time_machine.travel(START, tick=False):
        assert read(client, PACKAGES, headers)["pending"]["previous_id"] == ""


def test_reserved_tokens_are_not_left(
    client: Client, headers: Headers, agg: Account, ten: Account
) -> None:
    shelf.create(agg, 1000)
    campaign = shelf.start(ten, 100)
    with time_machine.travel(START + 2 * DAY, tick=False):
        assert read(client, QUOTA, headers)["quota"] == 900
    shelf.finish(campaign, 40)
    with time_machine.travel(START + 3 * DAY, tick=False):
        assert read(client, QUOTA, headers)["quota"] == 960


class TestHistory:
    @pytest.fixture(autouse=True)
    def entries(self, agg: Account, ten: Account) -> None:
        """A package, a campaign of the tenant with its release, and an edit: four entries."""
        package = shelf.create(agg, 1000)
        shelf.finish(shelf.start(ten, 100, name="spring"), 40)
        shelf.edit(package, 5, at=START + 3 * DAY)

    def test_names_reservations_and_packages(self, client: Client, headers: Headers) -> None:
        created, reserved, released, edited = read(client, HISTORY, headers)["data"]
        assert created["service_package"]["firmware_update_count"] == 1005
        assert (reserved["amount"], released["amount"], edited["amount"]) == (-100, 60, 5)
        assert reserved["reservation"]["campaign_name"] == "spring"
        assert reserved["reservation"]["account_id"] == "TEN"
        assert (reserved["service_package"], created["reservation"]) == (None, None)

    @pytest.mark.parametrize(("order", "first"), [("ASC", 1000), ("DESC", 5), ("desc", 5)])
    def test_pages_lead_through_all_of_it(
        self, client: Client, headers: Headers, order: str, first: int
    ) -> None:
        page = read(client, HISTORY, headers, limit=3, order=order)
        assert (page["data"][0]["amount"], page["has_more"]) == (first, True)
        rest = read(client, HISTORY, headers, limit=3, order=order, after=page["data"][2]["id"])
        ids = {entry["id"] for entry in page["data"] + rest["data"]}
        assert (len(ids), rest["has_more"], rest["total_count"]) == (4, False, 4)
        assert (rest["limit"], rest["order"]) == (3, order.upper())

    @pytest.mark.parametrize(
        ("name", "value"),
        [("limit", "1"), ("limit", "1001"), ("limit", "x"), ("after", "0" * 32), ("after", "x"),
         ("order", "UP"), ("limit", "\x00"), ("after", "é" * 32)],
    )  # fmt: skip
    def test_wrong_parameters_are_named(
        self, client: Client, headers: Headers, name: str, value: str
    ) -> None:
        response = client.get(HISTORY, {name: value}, headers=headers)
        assert response.status_code == 400
        said = response.json()
        schema = {"$ref": "#/definitions/BadRequestErrorResponse"}
        assert contracts.errors("pelion", schema, said) == []
        assert [field["name"] for field in said["fields"]] == [name]

    def test_another_ledger_is_not_gone_on_from(
        self, client: Client, bearer: SignIn, headers: Headers, stray: Account
    ) -> None:
        seen = read(client, HISTORY, headers)["data"][0]["id"]
        assert client.get(HISTORY, {"after": seen}, headers=bearer(stray)).status_code == 400
        assert read(client, HISTORY, bearer(stray))["data"] == []


@pytest.mark.parametrize("path", [PACKAGES, QUOTA, HISTORY])
def test_a_tenant_is_not_commercial(
    client: Client, bearer: SignIn, ten: Account, path: str
) -> None:
    response = client.get(path, headers=bearer(ten))
    assert response.status_code == 403
    assert contracts.check("pelion", "get", path, response)["type"] == "forbidden"


def test_quota_is_answered_in_few_queries(
    client: Client,
    headers: Headers,
    agg: Account,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    shelf.create(agg)
    client.get(QUOTA, headers=headers)
    with django_assert_max_num_queries(8):
        client.get(QUOTA, headers=headers)
