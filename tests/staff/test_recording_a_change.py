"""Recording what changes of a device: each kind, each refusal, late changes, and who may."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Account, AuditEntry, User
from tests import factories
from tests.staff.conftest import said
from usage.choices import MonthState
from usage.forms import CHANGES
from usage.models import (
    AccountMonth,
    Device,
    DeviceLabel,
    DeviceOption,
    DeviceOwner,
    DevicePlan,
    DeviceStatus,
    Plan,
)

MIDNIGHT = datetime(2026, 11, 2, tzinfo=UTC)
WHEN = {"since_0": "2026-11-02", "since_1": "00:00:00"}
TYPED: dict[str, dict[str, Any]] = {
    "status": {"status": "suspended"},
    "plan": {"plan": "plan-K"},
    "owner": {"account": "STR"},
    "option": {"option": "custom_dns", "enabled": "off"},
    "labels": {"tags": "site=kyoto\nroom=1", "group": "north"},
}
SAID = {
    "status": "Status: Suspended",
    "plan": "Plan: plan-K",
    "owner": "Owner: Stranger (STR)",
    "option": "Option: custom_dns off",
    "labels": "Tags and group: site=kyoto, room=1, group north",
}
AUDITED: dict[str, dict[str, Any]] = {
    **TYPED,
    "option": {"option": "custom_dns", "enabled": False},
    "labels": {"tags": {"site": "kyoto", "room": "1"}, "group": "north"},
}
every_kind = pytest.mark.parametrize("what", CHANGES)


@pytest.fixture
def sim(ten: Account, stray: Account) -> Device:
    """A SIM of TEN since long ago, which AGG pays for."""
    factories.plan(code="plan-K")
    plan = factories.plan(code="plan-D")
    tags = {"site": "tokyo"}
    return factories.device(account=ten, plan=plan, tags=tags, options=["custom_dns"])


def address(device: Device, what: str) -> str:
    return reverse("admin:usage_device_record", args=[device.pk, what])


def typing(what: str, **other: Any) -> dict[str, Any]:
    """What a browser sends: ids where somebody chooses by name."""
    typed = {**WHEN, **TYPED[what]}
    if what == "plan":
        typed["plan"] = Plan.objects.get(code=typed["plan"]).pk
    if what == "owner":
        typed["account"] = Account.objects.get(key=typed["account"]).pk
    return {**typed, **other}


def written(what: str) -> Any:
    """The value that holds from the second of November on."""
    match what:
        case "status":
            return DeviceStatus.objects.get(since=MIDNIGHT).status
        case "plan":
            return DevicePlan.objects.get(since=MIDNIGHT).plan.code
        case "owner":
            return DeviceOwner.objects.get(since=MIDNIGHT).account.key
        case "option":
            point = DeviceOption.objects.get(since=MIDNIGHT)
            return point.option, point.enabled
    label = DeviceLabel.objects.get(since=MIDNIGHT)
    return label.tags, label.group


def points() -> int:
    models = (DeviceStatus, DevicePlan, DeviceOwner, DeviceOption, DeviceLabel)
    return sum(model.objects.count() for model in models)


@every_kind
def test_the_page_of_the_device_leads_to_the_form(what: str, sim: Device, staff: Client) -> None:
    page = staff.get(reverse("admin:usage_device_change", args=[sim.pk])).content.decode()
    assert f'href="{address(sim, what)}"' in page
    form = staff.get(address(sim, what)).content.decode()
    assert f'href="{address(sim, what)}" aria-current="page"' in form


@every_kind
def test_a_change_is_recorded_and_seen_by_who_pays(
    what: str, sim: Device, agg: Account, staff: Client
) -> None:
    response = staff.post(address(sim, what), typing(what))
    there = reverse("admin:usage_device_change", args=[sim.pk])
    assert response.headers["Location"] == there
    values = tuple(AUDITED[what].values())
    assert written(what) == (values if len(values) > 1 else values[0])
    assert AccountMonth.objects.get(account=agg, month="2026-11").version == 1
    assert said(response) == f"Recorded from 2026-11-02 00:00:00 UTC on. {SAID[what]}."


@every_kind
def test_it_is_in_the_audit_trail(what: str, sim: Device, staff: Client) -> None:
    staff.post(address(sim, what), typing(what))
    entry = AuditEntry.objects.get(action=f"device.{what}")
    owner = "STR" if what == "owner" else "TEN"
    assert (entry.actor, entry.account_key, entry.subject) == (
        "operator@example.com",
        owner,
        sim.key,
    )
    assert entry.detail == {**AUDITED[what], "since": "2026-11-02T00:00:00+00:00"}


@every_kind
def test_sent_twice_it_is_recorded_once(what: str, sim: Device, staff: Client) -> None:
    staff.post(address(sim, what), typing(what))
    before = points()
    response = staff.post(address(sim, what), typing(what))
    assert "Nothing to record, it stood there" in said(response)
    assert points() == before
    assert AuditEntry.objects.filter(action=f"device.{what}").count() == 1


@every_kind
def test_a_change_for_a_closed_month_is_warned_of(
    what: str, sim: Device, agg: Account, staff: Client
) -> None:
    factories.account_month(account=agg, state=MonthState.CLOSED)
    response = staff.post(address(sim, what), typing(what, since_0="2026-10-20"))
    assert "months up to 2026-10 are closed" in said(response)
    assert "The next bill corrects them." in said(response)


@pytest.mark.parametrize(
    ("what", "other", "answer"),
    [
        ("status", {"since_0": "2019-01-01"}, {"since": "has no owner yet on 2019-01-01"}),
        ("owner", {"since_1": "12:00:00"}, {"since": "Move it at 00:00 UTC of a day."}),
        ("plan", {"plan": 0}, {"plan": "Select a valid choice."}),
        ("option", {"option": "custom dns"}, {"option": "Write one word"}),
        ("option", {"enabled": ""}, {"enabled": "This field is required."}),
        ("labels", {"tags": "site"}, {"tags": "Line 1: write name=value."}),
        ("labels", {"since_1": "noon"}, {"since": "Enter a valid time."}),
    ],
)
def test_a_refusal_stands_beside_its_field(
    what: str, other: dict[str, Any], answer: dict[str, str], sim: Device, staff: Client
) -> None:
    before = points()
    response = staff.post(address(sim, what), typing(what, **other))
    assert response.status_code == 200
    errors = response.context["errors"]
    assert list(errors) == list(answer)
    for field, text in answer.items():
        assert text in " ".join(errors[field])
        assert text in response.content.decode()
    assert points() == before
    assert not AuditEntry.objects.filter(action=f"device.{what}").exists()


def test_another_value_for_an_instant_that_is_billed_stands_beside_the_instant(
    sim: Device, agg: Account, staff: Client
) -> None:
    factories.status(device=sim, status="inactive", since=MIDNIGHT)
    factories.account_month(account=agg, month=factories.MONTH.next, state=MonthState.CLOSED)
    response = staff.post(address(sim, "status"), typing("status"))
    (error,) = response.context["errors"]["since"]
    assert "2026-11 was closed on it. Choose another instant." in error
    assert written("status") == "inactive"


def test_only_plans_that_fit_can_be_chosen(sim: Device, staff: Client) -> None:
    factories.plan(code="plan-G", coverage="global")
    page = staff.get(address(sim, "plan")).content.decode()
    assert "plan-K (SIM, Japan)" in page
    assert "plan-G" not in page


def test_tags_and_group_begin_with_what_stands(sim: Device, staff: Client) -> None:
    DeviceLabel.objects.update(group="south")
    page = staff.get(address(sim, "labels")).content.decode()
    assert "site=tokyo</textarea>" in page
    assert 'value="south"' in page


def test_a_new_owner_begins_at_the_next_midnight(sim: Device, staff: Client) -> None:
    page = staff.get(address(sim, "owner")).content.decode()
    assert 'name="since_0" value="2026-11-03"' in page
    assert 'name="since_1" value="00:00:00"' in page


def test_the_history_is_shown_newest_first(sim: Device, staff: Client) -> None:
    factories.status(device=sim, status="suspended", since=MIDNIGHT)
    page = staff.get(reverse("admin:usage_device_change", args=[sim.pk])).content.decode()
    places = [page.index(f"<p>Status: {status}</p>") for status in ("Suspended", "Active")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "where", ["/staff/usage/device/0/record/status/", "/staff/usage/device/{}/record/colour/"]
)
def test_what_is_not_there_is_not_found(where: str, sim: Device, staff: Client) -> None:
    assert staff.get(where.format(sim.pk)).status_code == 404


@every_kind
def test_the_form_asks_no_more_with_a_longer_history(what: str, sim: Device, staff: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert staff.get(address(sim, what)).status_code == 200
        return len(captured)

    queries()
    once = queries()
    for day in (3, 4, 5):
        since = factories.NOW.replace(day=day)
        factories.status(device=sim, status="active", since=since)
        factories.plan()
        DeviceLabel.objects.create(device=sim, since=since, recorded_at=since, tags={"a": "b"})
    assert queries() == once


class TestWhoMayOnlyLook:
    @pytest.fixture
    def looker(self, client: Client, db: None) -> Client:
        person = factories.user(is_staff=True)
        person.user_permissions.set(Permission.objects.filter(codename="view_device"))
        client.force_login(person)
        return client

    def test_sees_the_history_and_no_way_to_add_to_it(self, sim: Device, looker: Client) -> None:
        page = looker.get(reverse("admin:usage_device_change", args=[sim.pk])).content.decode()
        assert "plan-D" in page
        assert "/record/" not in page

    @every_kind
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_cannot_record(self, method: str, what: str, sim: Device, looker: Client) -> None:
        before = points()
        assert getattr(looker, method)(address(sim, what), typing(what)).status_code == 403
        assert points() == before


@every_kind
@pytest.mark.parametrize("method", ["get", "post"])
def test_customers_are_sent_to_the_door(
    method: str, what: str, sim: Device, client: Client, aggregator: User
) -> None:
    client.force_login(aggregator)
    before = points()
    assert getattr(client, method)(address(sim, what), typing(what)).status_code == 302
    assert points() == before
