"""The billing report of a month, its files, and when there is none (B13)."""

import csv
import gzip
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.choices import BusinessModel, Scope
from accounts.models import Account, AuditEntry
from tests import factories
from tests.api import contracts
from tests.api.conftest import SignIn
from tests.usage.packages import shelf
from tests.usage.reports.conftest import DUE, Facts, lamp

pytestmark = [pytest.mark.django_db, contracts.needed]
PATH = "/v3/billing-report"
FILES = [f"{PATH}-active-devices", f"{PATH}-firmware-updates"]
SIM = "440100000000001"
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
MAKER = Callable[..., None]


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def october(agg: Account, ten: Account, facts: Facts, make: MAKER) -> None:
    """AGG by API calls: a lamp of its own and a SIM of TEN's, with campaigns of both."""
    Account.objects.filter(pk=agg.pk).update(business_model=BusinessModel.API_CALLS)
    lamp(agg, "lamp", "Lamp")
    shelf.create(agg, quota=1000, at=datetime(2026, 3, 10, 9, tzinfo=UTC))
    begun = datetime(2026, 10, 6, 9, tzinfo=UTC)
    campaign = shelf.start(ten, 20, name="winter", at=begun)
    facts(
        ("TEN", SIM, "session.connection", 1),
        ("AGG", "lamp", "session.connection", 1),
        ("AGG", "lamp", "to_service.registration", 3),
        ("AGG", "lamp", "to_device.subscription", 2),
        ("AGG", "", "rest.user_token", 7),
    )
    facts(("TEN", SIM, "firmware.update", 1), variant=campaign.pk.hex, day=7)
    make()


@pytest.mark.usefixtures("october", "clock")
class TestTheReport:
    def read(self, client: Client, bearer: SignIn, account: Account) -> Any:
        response = client.get(PATH, {"month": "2026-10"}, headers=bearer(account))
        assert response.status_code == 200
        return contracts.check("pelion", "get", PATH, response)

    def test_has_what_the_definition_says(
        self, client: Client, bearer: SignIn, agg: Account
    ) -> None:
        said = self.read(client, bearer, agg)
        own, together = said["billing_data"], said["aggregated"]
        assert (own["active_devices"], together["active_devices"]) == (1, 2)
        assert (own["firmware_updates"], together["firmware_updates"]) == (0, 1)
        assert own["device_to_pelion_messages"]["registrations"] == 3
        assert own["pelion_to_device_messages"]["total_count"] == 2
        assert own["rest_api_requests_with_user_token"] == 7
        assert own["period_end"] == "2026-10-31T23:59:59.999Z"
        assert own["generated"] == "2026-11-04T00:05:00.000Z"[:17] + own["generated"][17:]

    def test_has_the_tenants_without_counters_they_are_not_billed_by(
        self, client: Client, bearer: SignIn, agg: Account
    ) -> None:
        (tenant,) = self.read(client, bearer, agg)["subtenants"]
        assert tenant["account"]["customer_subtenant_id"] == "TEN"
        assert tenant["billing_data"]["active_devices"] == 1
        assert "device_to_pelion_messages" not in tenant["billing_data"]
        (drawn,) = tenant["service_package"]["quota_usage"]
        assert (drawn["amount"], drawn["campaign_name"]) == (-20, "winter")

    def test_has_the_package_as_it_stood(
        self, client: Client, bearer: SignIn, agg: Account
    ) -> None:
        package = self.read(client, bearer, agg)["service_package"]
        assert package["metadata"]["remaining_quota"] == 980
        assert package["metadata"]["reserved_quota"] == 20
        (entry,) = package["aggregated_quota_usage"]
        assert (entry["account_id"], entry["type"]) == ("TEN", "reservation")
        assert package["quota_usage"] == []

    def test_a_tenant_is_not_commercial(self, client: Client, bearer: SignIn, ten: Account) -> None:
        for path in (PATH, *FILES):
            response = client.get(path, {"month": "2026-10"}, headers=bearer(ten))
            assert response.status_code == 403
            assert contracts.check("pelion", "get", path, response)["type"] == "forbidden"

    @pytest.mark.parametrize("path", FILES)
    def test_a_file_is_fetched_without_a_header(
        self, client: Client, bearer: SignIn, agg: Account, path: str
    ) -> None:
        answer = client.get(path, {"month": "2026-10"}, headers=bearer(agg))
        said = contracts.check("pelion", "get", path, answer)
        assert said["url"].startswith("http://testserver/files/")
        file = Client().get(said["url"])
        rows = csv.reader(io.StringIO(gzip.decompress(b"".join(file)).decode()))
        assert [row[0] for row in rows][-1] == "TEN"
        assert said["filename"] in file["Content-Disposition"]
        entry = AuditEntry.objects.latest("id")
        assert (entry.action, entry.actor[:14]) == ("usage_report.download", "Script (keyId-")

    def test_an_address_ends_in_time_and_has_no_wrong_character(
        self, client: Client, bearer: SignIn, agg: Account, clock: Any
    ) -> None:
        answer = client.get(FILES[0], {"month": "2026-10"}, headers=bearer(agg))
        url = answer.json()["url"]
        changed = url[:-1] + ("A" if url[-1] != "A" else "B")
        assert client.get(changed).status_code == 404
        clock.shift(timedelta(seconds=600))
        assert client.get(url).status_code == 200
        clock.shift(timedelta(seconds=1))
        assert (client.get(url).status_code, client.get(url).json()["code"]) == (410, "expired")


@pytest.mark.usefixtures("october", "clock")
@pytest.mark.parametrize("path", [PATH, *FILES])
def test_a_month_without_a_report_is_not_found(
    client: Client, bearer: SignIn, agg: Account, path: str
) -> None:
    headers = bearer(agg)
    for month in ("2026-11", "2026-12", "9998-12", "2026-09"):
        response = client.get(path, {"month": month}, headers=headers)
        assert response.status_code == 404, month
        assert contracts.check("pelion", "get", path, response)["type"] == "report_not_found"


@pytest.mark.parametrize(
    "month", [None, "", "202610", "2026-13", "2026-00", "../", "\x00", "9999-12"]
)
def test_what_is_no_month_is_a_validation_error(
    client: Client, bearer: SignIn, agg: Account, month: str | None
) -> None:
    query = {} if month is None else {"month": month}
    response = client.get(PATH, query, headers=bearer(agg))
    assert response.status_code == 400
    said = contracts.check("pelion", "get", PATH, response)
    assert [field["name"] for field in said["fields"]] == ["month"]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer secret-x", "Basic eDp5", "Bearer \xff", "bearer a b"],
)
def test_without_a_key_that_works_access_is_denied(client: Client, header: str) -> None:
    response = client.get(PATH, {"month": "2026-10"}, headers={"Authorization": header})
    assert response.status_code == 401
    assert contracts.check("pelion", "get", PATH, response)["request_id"]


def test_a_key_without_the_scope_is_refused(client: Client, bearer: SignIn, agg: Account) -> None:
    headers = bearer(agg, Scope.READ_BILLING, Scope.SEND_USAGE)
    response = client.get(PATH, {"month": "2026-10"}, headers=headers)
    assert response.status_code == 403
    assert "usage:read" in contracts.check("pelion", "get", PATH, response)["message"]


def test_habits_of_the_client(client: Client, bearer: SignIn, agg: Account) -> None:
    headers = {**bearer(agg), "Content-Type": "application/json", "X-REQUEST-ID": "abcdefgh"}
    response = client.get(f"{PATH}?month=2026-10&unknown=1", headers=headers)
    assert (response.status_code, response.json()["request_id"]) == (404, "abcdefgh")
    assert client.get(f"{PATH}/?month=2026-10", headers=headers).status_code == 404
    assert client.post(PATH, headers=headers).json()["code"] == 405


def test_a_report_costs_the_same_with_many_tenants(
    client: Client, bearer: SignIn, agg: Account, make: MAKER, django_assert_max_num_queries: Any
) -> None:
    for _ in range(9):
        factories.account(parent=agg)
    make(DUE)
    headers = bearer(agg)
    with time_machine.travel(NOW, tick=False), django_assert_max_num_queries(12):
        assert client.get(PATH, {"month": "2026-10"}, headers=headers).status_code == 200
