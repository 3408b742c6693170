"""Adding a device by hand: what staff type, what is registered, and what is refused where."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import Account, AuditEntry
from tests import factories
from tests.staff.conftest import said
from usage.choices import MonthState
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

ADD = "admin:usage_device_add"
SINCE = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def plan(db: None) -> Plan:
    return factories.plan(code="plan-D")


@pytest.fixture
def typed(ten: Account, plan: Plan) -> dict[str, Any]:
    return {
        "key": " 440101234567890 ",
        "kind": "subscriber",
        "coverage": "japan",
        "name": "Lift 3",
        "account": ten.pk,
        "plan": plan.pk,
        "status": "active",
        "since_0": "2026-11-01",
        "since_1": "08:30:00",
        "options": "custom_dns, private_line custom_dns",
        "tags": "site = tokyo\r\n\r\nformula=a=b\r\n",
        "group": "lifts",
    }


def test_the_list_leads_to_the_form(staff: Client) -> None:
    page = staff.get(reverse("admin:usage_device_changelist")).content.decode()
    assert reverse(ADD) in page


def test_the_form_begins_with_now(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "billing_portal.common.clock.now", lambda: datetime(2026, 11, 2, 9, 0, 1, 2, UTC)
    )
    page = staff.get(reverse(ADD)).content.decode()
    assert 'name="since_0" value="2026-11-02"' in page
    assert 'name="since_1" value="09:00:01"' in page


def test_a_device_is_registered_with_what_holds_for_it(
    typed: dict[str, Any], ten: Account, plan: Plan, staff: Client
) -> None:
    response = staff.post(reverse(ADD), typed)
    device = Device.objects.get()
    assert response.headers["Location"] == reverse("admin:usage_device_change", args=[device.pk])
    assert (device.key, device.kind, device.name) == ("440101234567890", "subscriber", "Lift 3")
    assert DeviceOwner.objects.get(since=SINCE).account == ten
    assert DevicePlan.objects.get(since=SINCE).plan == plan
    assert DeviceStatus.objects.get(since=SINCE).status == "active"
    label = DeviceLabel.objects.get(since=SINCE)
    assert (label.tags, label.group) == ({"site": "tokyo", "formula": "a=b"}, "lifts")
    options = DeviceOption.objects.order_by("option").values_list("option", "enabled")
    assert list(options) == [("custom_dns", True), ("private_line", True)]


def test_the_month_of_who_pays_sees_it(typed: dict[str, Any], agg: Account, staff: Client) -> None:
    staff.post(reverse(ADD), typed)
    assert AccountMonth.objects.get(account=agg, month="2026-11").version == 1


def test_only_what_must_be_typed_is_enough(typed: dict[str, Any], staff: Client) -> None:
    for name in ("name", "plan", "options", "tags", "group"):
        typed.pop(name)
    staff.post(reverse(ADD), typed)
    assert DeviceStatus.objects.get().status == "active"
    assert not DevicePlan.objects.exists()
    assert not DeviceLabel.objects.exists()
    assert not DeviceOption.objects.exists()


def test_the_page_after_says_what_was_done(typed: dict[str, Any], staff: Client) -> None:
    response = staff.post(reverse(ADD), typed)
    text = "440101234567890 is registered. It belongs to Tenant (TEN) from 2026-11-01 08:30:00 UTC"
    assert text in said(response)
    assert "late" not in said(response)


def test_one_more_can_be_added_at_once(typed: dict[str, Any], staff: Client) -> None:
    response = staff.post(reverse(ADD), {**typed, "_addanother": "1"})
    assert response.headers["Location"] == reverse(ADD)


def test_it_is_in_the_audit_trail(typed: dict[str, Any], staff: Client) -> None:
    staff.post(reverse(ADD), typed)
    entry = AuditEntry.objects.get(action="device.add")
    assert (entry.actor, entry.account_key, entry.subject) == (
        "operator@example.com",
        "TEN",
        "440101234567890",
    )
    assert entry.detail["plan"] == "plan-D"
    assert entry.detail["options"] == ["custom_dns", "private_line"]


def test_its_own_past_names_who_added_it(typed: dict[str, Any], staff: Client) -> None:
    staff.post(reverse(ADD), typed)
    assert str(Device.objects.get().history.get().history_user) == "Operator"


def test_a_closed_month_is_warned_of(typed: dict[str, Any], agg: Account, staff: Client) -> None:
    factories.account_month(account=agg, state=MonthState.CLOSED)
    response = staff.post(reverse(ADD), {**typed, "since_0": "2026-10-05"})
    assert "months up to 2026-10 are closed" in said(response)
    assert "The next bill corrects them." in said(response)


@pytest.mark.parametrize(
    ("field", "text", "answer"),
    [
        ("key", "440109999999999", "Device 440109999999999 exists already."),
        ("key", "", "This field is required."),
        ("kind", "", "This field is required."),
        ("coverage", "global", "plan plan-D is for subscriber in japan"),
        ("account", "", "This field is required."),
        ("plan", "0", "Select a valid choice."),
        ("status", "", "This field is required."),
        ("since_0", "", "This field is required."),
        ("since_0", "2026-13-01", "Enter a valid date."),
        ("since_0", "9998-01-01", "Write a year from 1971 to 9997."),
        ("since_0", "1970-01-01", "Write a year from 1971 to 9997."),
        ("options", "x" * 65, "is longer than 64 characters."),
        ("tags", "site=tokyo\nroom", "Line 2: write name=value."),
        ("tags", "=tokyo", "Line 1: write name=value."),
        ("tags", "site=tokyo\nsite=kyoto", "Line 2: site stands twice."),
        ("tags", "site=\0", "Null characters are not allowed."),
    ],
)
def test_a_refusal_stands_beside_its_field(
    field: str, text: str, answer: str, typed: dict[str, Any], staff: Client
) -> None:
    factories.device(account=Account.objects.get(key="TEN"), key="440109999999999")
    response = staff.post(reverse(ADD), {**typed, field: text})
    assert response.status_code == 200
    beside = {"coverage": "plan", "since_0": "since"}.get(field, field)
    errors = response.context["errors"]
    assert list(errors) == [beside]
    assert answer in " ".join(errors[beside])
    assert 'value="Lift 3"' in response.content.decode()
    assert Device.objects.count() == 1
    assert not AuditEntry.objects.filter(action="device.add").exists()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("right", ["view_device", "change_device"])
def test_who_may_not_add_is_refused(
    method: str, right: str, typed: dict[str, Any], client: Client
) -> None:
    person = factories.user(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename=right))
    client.force_login(person)
    assert getattr(client, method)(reverse(ADD), typed).status_code == 403
    assert not Device.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_customers_are_sent_to_the_door(
    method: str, typed: dict[str, Any], client: Client, aggregator: Any
) -> None:
    client.force_login(aggregator)
    assert getattr(client, method)(reverse(ADD), typed).status_code == 302
    assert not Device.objects.exists()
