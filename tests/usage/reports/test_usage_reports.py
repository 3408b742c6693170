"""Usage reports by tenant: list, filters and CSV, and the pane of one account in four tabs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.choices import BusinessModel
from accounts.models import CONTACT_FIELDS, Account, User
from billing_portal.common import clock
from tests import factories
from tests.usage.packages import shelf
from tests.usage.reports.conftest import Facts
from tests.usage.reports.test_my_billing import NOW

pytestmark = pytest.mark.django_db
Make = Callable[..., None]
SIM = "440100000000001"
PLACES = ["/my-billing/", "/usage-reports/", "/active-devices/", "/service-package-history/"]
PANES = ["summary", "billing", "quota", "attributes"]


@pytest.fixture
def browse(client: Client, aggregator: User, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The aggregator's browser on 21 November."""
    client.force_login(aggregator)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return client


def _keys(browse: Client, query: str = "") -> list[str]:
    table = browse.get(f"/usage-reports/{query}").context["table"]
    return [row.record.key for row in table.rows]


@pytest.mark.usefixtures("package")
def test_the_aggregator_and_its_tenants_are_listed(make: Make, browse: Client) -> None:
    make()
    assert _keys(browse) == ["AGG", "TEN"]


def test_without_a_package_only_the_aggregator_is_listed(make: Make, browse: Client) -> None:
    make()
    assert _keys(browse) == ["AGG"]


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("?q=tenant", ["TEN"]),
        ("?q=inc.", ["AGG"]),
        ("?q=nobody", []),
        ("?sort=-active_devices", ["TEN", "AGG"]),
        ("?month=2026-11", []),
    ],
)
def test_the_list_is_searched_and_sorted(
    facts: Facts, make: Make, browse: Client, query: str, keys: list[str]
) -> None:
    facts(("TEN", SIM, "session.connection", 1))
    make()
    assert _keys(browse, query) == keys


@pytest.mark.usefixtures("package")
def test_the_file_obeys_the_filters_and_says_so(make: Make, browse: Client) -> None:
    make()
    answer: Any = browse.get("/usage-reports/?format=csv&q=tenant")
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert 'filename="usage-reports_2026-10_tenant.csv"' in answer["Content-Disposition"]
    assert len(lines) == 2
    assert lines[1].startswith("Tenant,,TEN,Active devices,0,0,0,0,0,0")


@pytest.mark.usefixtures("package")
def test_a_tenant_sees_its_own_row_and_nobody_else_s(
    make: Make, browse: Client, tenant: User, agg: Account
) -> None:
    factories.account(key="OTHER", parent=agg)
    make()
    browse.force_login(tenant)
    assert _keys(browse) == ["TEN"]
    for key in ("AGG", "OTHER"):
        assert browse.get(f"/usage-reports/summary/{key}/").status_code == 404


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize("tab", PANES)
def test_each_view_of_an_account_has_an_address(make: Make, browse: Client, tab: str) -> None:
    make()
    page = browse.get(f"/usage-reports/{tab}/TEN/?month=2026-10")
    assert page.status_code == 200
    current = [one.url for one in page.context["tabs"] if one.current]
    assert current == [f"/usage-reports/{tab}/TEN/?month=2026-10"]


def test_the_quota_history_of_a_tenant_has_its_campaigns_only(
    make: Make, browse: Client, agg: Account, ten: Account
) -> None:
    at = factories.MONTH.start
    shelf.create(agg, quota=1000, at=at)
    shelf.start(ten, 10, at=at, name="of the tenant")
    shelf.start(agg, 20, at=at, name="of the aggregator")
    make()
    text = browse.get("/usage-reports/quota/TEN/?month=2026-10").content.decode()
    assert "of the tenant" in text
    assert "of the aggregator" not in text


@pytest.mark.usefixtures("package")
def test_all_attributes_stand_there_as_the_api_returns_them(
    make: Make, browse: Client, ten: Account
) -> None:
    contact = {name: f"{name} of then" for name in CONTACT_FIELDS}
    Account.objects.filter(pk=ten.pk).update(**contact)
    make()
    Account.objects.filter(pk=ten.pk).update(city="moved since", email="")
    page = browse.get("/usage-reports/attributes/TEN/?month=2026-10")
    assert dict(page.context["attributes"]) == contact | {
        "id": "TEN",
        "customer_subtenant_id": "TEN",
        "alias": "Tenant",
        "company": "Tenant",
        "business_model": "active_device_business_model",
    }


@pytest.mark.parametrize("key", ["STR", "NOBODY"])
@pytest.mark.usefixtures("stray")
def test_a_foreign_account_is_not_there(make: Make, browse: Client, key: str) -> None:
    make()
    assert browse.get(f"/usage-reports/summary/{key}/?month=2026-10").status_code == 404


@pytest.mark.usefixtures("package", "ten")
def test_after_a_move_history_stays_where_it_was(make: Make, browse: Client, ten: Account) -> None:
    other = factories.account(key="NEW")
    factories.placement(account=ten, since=NOW.date().replace(day=1), parent=other)
    make()
    newcomer = factories.person(other)
    assert _keys(browse) == ["AGG", "TEN"]
    assert browse.get("/usage-reports/summary/TEN/?month=2026-10").status_code == 200
    browse.force_login(newcomer)
    assert browse.get("/usage-reports/summary/TEN/?month=2026-10").status_code == 404


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize("path", [*(f"/usage-reports/{tab}/TEN/" for tab in PANES), *PLACES])
def test_no_page_of_reports_loses_its_menu(make: Make, browse: Client, path: str) -> None:
    Account.objects.update(business_model=BusinessModel.API_CALLS)
    make()
    text = browse.get(f"{path}?month=2026-10").content.decode()
    assert '<a href="/organisation-report/' in text.partition("<main")[0]
