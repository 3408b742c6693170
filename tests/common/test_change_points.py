"""A history tells what held at an instant, for each subject."""

from datetime import UTC, datetime

import pytest

from accounts.models import Account
from billing_portal.common.periods import Month
from tests import factories
from usage.choices import Status
from usage.models import Device, DeviceStatus

pytestmark = pytest.mark.django_db


def day(number: int) -> datetime:
    return datetime(2026, 10, number, tzinfo=UTC)


@pytest.fixture
def one(agg: Account) -> Device:
    return _device(agg, {2: Status.READY, 10: Status.ACTIVE})


@pytest.fixture
def other(agg: Account) -> Device:
    return _device(agg, {5: Status.ACTIVE})


def _device(account: Account, statuses: dict[int, str]) -> Device:
    device = factories.device(account=account)
    DeviceStatus.objects.filter(device=device).delete()
    for number, status in statuses.items():
        factories.status(device=device, status=status, since=day(number))
    return device


@pytest.mark.parametrize(
    ("number", "first", "second"),
    [
        (1, None, None),
        (2, Status.READY, None),
        (9, Status.READY, Status.ACTIVE),
        (10, Status.ACTIVE, Status.ACTIVE),
        (31, Status.ACTIVE, Status.ACTIVE),
    ],
)
def test_each_subject_has_its_latest_point(
    one: Device, other: Device, number: int, first: str | None, second: str | None
) -> None:
    found = dict(DeviceStatus.objects.at(day(number)).values_list("device_id", "status"))
    expected = {one.pk: first, other.pk: second}
    assert found == {key: status for key, status in expected.items() if status is not None}


def test_a_subject_may_take_several_columns(one: Device) -> None:
    found = DeviceStatus.objects.at(day(31), ("device_id", "status"))
    assert [point.since for point in found.order_by("since")] == [day(2), day(10)]


def test_before_leaves_out_the_instant_itself(one: Device) -> None:
    assert [point.since for point in DeviceStatus.objects.before(day(10))] == [day(2)]


@pytest.mark.parametrize(
    ("month", "status"),
    [("2026-09", Status.READY), ("2026-10", Status.READY), ("2026-11", Status.ACTIVE)],
)
def test_a_month_ignores_what_came_after_its_close(one: Device, month: str, status: str) -> None:
    DeviceStatus.objects.filter(since=day(10)).update(late_through=Month(2026, 10))
    known = DeviceStatus.objects.counting_for(Month.parse(month)).at(day(31))
    assert [point.status for point in known] == [status]
