"""My billing: the whole overview of a month, of one's own account and all its tenants."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.choices import BusinessModel
from accounts.models import Account, User
from billing_portal.common import clock
from tests import factories
from tests.usage.packages import shelf
from tests.usage.reports import desk
from tests.usage.reports.conftest import Facts, lamp
from usage.models import DeviceOwner
from usage.services.devices.present import refresh

pytestmark = pytest.mark.django_db
Make = Callable[..., None]
SIM = "440100000000001"
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
SHOWN = [
    "/my-billing/",
    "/usage-reports/",
    *(f"/usage-reports/{tab}/AGG/" for tab in ("summary", "billing", "quota", "attributes")),
    "/active-devices/",
    "/service-package-history/",
    "/organisation-report/",
]


@pytest.fixture
def page(client: Client, aggregator: User, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Read My billing as the aggregator on 21 November, or at another instant."""
    client.force_login(aggregator)

    def read(query: str = "", at: datetime = NOW) -> Any:
        monkeypatch.setattr(clock, "now", lambda: at)
        return client.get(f"/my-billing/{query}")

    return read


def test_the_month_before_is_shown_with_everything_of_all_tenants(
    facts: Facts, make: Make, page: Any, agg: Account
) -> None:
    lamp(agg, "lamp")
    facts(("TEN", SIM, "session.connection", 1), ("AGG", "lamp", "session.connection", 1))
    make()
    shown = page().context
    assert shown["months"].month.iso == "2026-10"
    assert shown["whole"].active_devices == 2
    assert shown["snapshot"].devices == 1


@pytest.mark.usefixtures("package", "ten")
def test_choosing_another_month_updates_tenants_and_package(
    make: Make, page: Any, agg: Account
) -> None:
    new = factories.account(key="NEW", parent=agg, since=date(2026, 11, 1))
    shelf.start(new, 100, at=datetime(2026, 11, 10, tzinfo=UTC))
    make()
    october, november = page().context, page("?month=2026-11").context
    assert (october["snapshot"].tenants, november["snapshot"].tenants) == (1, 2)
    assert (october["quota"].remaining, november["quota"].remaining) == (1000, 900)


@pytest.mark.usefixtures("package", "ten")
def test_tenants_quota_and_reports_are_doors(make: Make, page: Any) -> None:
    make()
    text = page().text
    query = "?account=AGG&amp;month=2026-10"
    assert text.count(f'href="/usage-reports/{query}"') == 2  # their number, and the report
    assert f'href="/service-package-history/{query}"' in text
    assert "Period ending 31 October 2026" in text


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(
    ("at", "warns"),
    [(datetime(2026, 11, 21, tzinfo=UTC), False), (datetime(2026, 12, 11, tzinfo=UTC), True)],
)
def test_the_end_of_a_package_is_warned_of_from_three_months_before(
    page: Any, at: datetime, warns: bool
) -> None:
    text = page(f"?month={at:%Y-%m}", at).content.decode()
    assert ("The service package expires on" in text) == warns


def test_transactions_are_those_of_the_last_30_days(facts: Facts, page: Any) -> None:
    facts(("AGG", "", "rest.user_token", 4), day=31)
    facts(("AGG", "", "rest.user_token", 8), day=5)
    facts(("TEN", "", "rest.user_token", 16), day=31)
    assert page().context["snapshot"].transactions == 4


@pytest.mark.parametrize("model", BusinessModel.values)
def test_api_calls_stand_there_if_they_are_the_business_model(
    facts: Facts, make: Make, page: Any, agg: Account, model: str
) -> None:
    Account.objects.filter(pk=agg.pk).update(business_model=model)
    facts(("TEN", "", "to_service.registration", 7))
    make()
    groups = [(group.total, len(group.events)) for group in page().context["call_groups"]]
    assert groups == ([(7, 7), (0, 2), (0, 3)] if model == BusinessModel.API_CALLS else [])


def test_before_there_is_a_report_the_page_says_when_it_comes(page: Any) -> None:
    text = page("", datetime(2026, 11, 3, 23, tzinfo=UTC)).content.decode()
    assert "4 November 2026, 02:00 UTC" in text


def test_what_came_late_is_listed_beside_the_report(
    facts: Facts, make: Make, page: Any, client: Client, agg: Account
) -> None:
    lamp(agg, "lamp")
    facts(("AGG", "lamp", "session.connection", 1))
    make()
    assert page().context["late"] is None  # from here on it is 21 November
    facts(("TEN", SIM, "session.connection", 1), ("TEN", "", "rest.user_token", 9))
    shown = page().context
    assert shown["whole"].active_devices == 1
    assert (shown["late"].whole.active_devices, shown["late"].whole.integration) == (1, 9)
    assert [(one.key, one.figures.all_calls) for one in shown["late"].accounts] == [("TEN", 9)]
    assert _listed(client, shown["late_query"]) == [SIM]


def test_nothing_is_late_when_nothing_came(facts: Facts, make: Make, page: Any) -> None:
    facts(("TEN", SIM, "session.connection", 1), ("TEN", SIM, "firmware.update", 1))
    make()
    assert page().context["late"] is None


@pytest.mark.parametrize(
    ("month", "says"),
    [
        ("2026-13", "is no month"),
        ("2027-01", "There is nothing for January 2027"),
        ("1999-01", "There is nothing for January 1999"),
    ],
)
def test_a_month_that_cannot_be_is_said_to_be_none(page: Any, month: str, says: str) -> None:
    assert says in page(f"?month={month}").content.decode()


@pytest.mark.usefixtures("stray")
def test_a_foreign_account_is_not_there(page: Any) -> None:
    assert page("?account=STR").status_code == 404


@pytest.fixture
def both(facts: Facts, make: Make, client: Client, tenant: User, agg: Account) -> Client:
    """The tenant's browser, after a month in which both had an active device."""
    shelf.create(agg, quota=4711)
    lamp(agg, "lamp")
    facts(("TEN", SIM, "session.connection", 1), ("AGG", "lamp", "session.connection", 1))
    make()
    return client


def test_a_tenant_sees_its_own_figures_and_no_quota(both: Client, tenant: User, page: Any) -> None:
    both.force_login(tenant)
    answer = page()
    assert answer.context["whole"].active_devices == 1
    assert "4,711" not in answer.content.decode()


@pytest.mark.parametrize("path", SHOWN)
@pytest.mark.usefixtures("package")
def test_no_page_shows_money_or_changes_anything(
    make: Make, client: Client, page: Any, path: str
) -> None:
    make()
    page()
    text = client.get(f"{path}?month=2026-10").text.partition("<main")[2]
    assert "Aggregator" in text
    assert not any(sign in text for sign in ("¥", "￥", "JPY", "USD", 'method="post"'))


@pytest.mark.parametrize("sort", ["active-devices", "firmware-updates"])
def test_the_files_come_from_a_signed_address(
    facts: Facts, make: Make, client: Client, page: Any, sort: str
) -> None:
    facts(("TEN", SIM, "session.connection", 1), ("TEN", SIM, "firmware.update", 1))
    make()
    page()
    answer = client.get(f"/my-billing/file/{sort}/AGG/?month=2026-10", follow=True)
    assert answer.redirect_chain[0][0].startswith("/downloads/")
    assert f"{sort}_2026-10_AGG.csv.gz" in answer["Content-Disposition"]
    rows = desk.unpack(answer.getvalue())
    assert rows == (desk.active() if sort == "active-devices" else desk.updates())


def test_the_file_of_a_tenant_has_its_own_rows_only(both: Client, tenant: User, page: Any) -> None:
    both.force_login(tenant)
    page()
    answer: Any = both.get("/my-billing/file/active-devices/TEN/?month=2026-10", follow=True)
    rows = desk.unpack(answer.getvalue())
    assert [row[:1] + row[2:3] for row in rows] == [["account_id", "device_id"], ["TEN", SIM]]


def test_a_stranger_gets_nothing_from_another_one_s_address(
    make: Make, client: Client, stranger: User, page: Any, agg: Account
) -> None:
    make()
    page()
    answer = client.get("/my-billing/file/active-devices/AGG/?month=2026-10")
    client.force_login(stranger)
    assert client.get(answer["Location"]).status_code == 404
    assert client.get("/my-billing/file/active-devices/AGG/?month=2026-10").status_code == 404


def test_of_very_many_tenants_late_usage_is_looked_up_when_asked(
    facts: Facts, make: Make, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make()
    facts(("TEN", SIM, "session.connection", 1))
    monkeypatch.setattr("usage.selectors.late_usage.QUICK", 1)
    assert page().context["late"] is None
    assert page("?late=1").context["late"].whole.active_devices == 1


def test_the_devices_lead_to_the_list_of_those_that_were_active(
    facts: Facts, make: Make, client: Client, page: Any, agg: Account
) -> None:
    lamp(agg, "lamp")
    lamp(agg, "dark")
    facts(("AGG", "lamp", "session.connection", 1), ("TEN", SIM, "session.connection", 1))
    make()
    assert _listed(client, page().context["devices_query"]) == ["lamp"]


@pytest.mark.usefixtures("stray")
def test_a_device_that_has_moved_away_stays_in_the_list_of_its_owner_of_then(
    facts: Facts, make: Make, client: Client, page: Any, agg: Account
) -> None:
    away = lamp(agg, "away", name="old name")
    refresh(device_ids=[away.pk], now=NOW)
    facts(("AGG", "away", "session.connection", 1))
    make()
    assert "old name" in _list(client, page().context["devices_query"]).content.decode()
    stray = Account.objects.get(key="STR")
    DeviceOwner.objects.create(device=away, account=stray, since=NOW, recorded_at=NOW)
    refresh(device_ids=[away.pk], now=NOW)
    shown = page().context
    answer = _list(client, shown["devices_query"])
    assert shown["snapshot"].devices == len(answer.context["table"].rows) == 1
    assert "old name" not in answer.content.decode()


def _list(client: Client, query: str) -> Any:
    return client.get(f"/active-devices/{query}")


def _listed(client: Client, query: str) -> list[str]:
    return [row.record.device.key for row in _list(client, query).context["table"].rows]
