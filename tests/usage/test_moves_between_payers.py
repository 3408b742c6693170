"""A device goes to another payer at midnight UTC; within one bill it moves whenever it likes."""

from datetime import UTC, datetime, timedelta

import pytest

from tests import factories
from usage.models import DeviceOwner
from usage.services.devices import MoveNotAtMidnight, set_owner

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 10, 20, tzinfo=UTC)


def test_a_move_to_another_payer_within_a_day_is_refused() -> None:
    device = factories.device(account=factories.account(), key="SIM")
    with pytest.raises(MoveNotAtMidnight, match="SIM"):
        set_owner(device=device, account=factories.account(), since=NOON, now=factories.NOW)
    assert DeviceOwner.objects.filter(device=device).count() == 1


def test_a_move_to_another_payer_at_midnight_is_made() -> None:
    device = factories.device(account=factories.account())
    set_owner(device=device, account=factories.account(), since=MIDNIGHT, now=factories.NOW)
    assert DeviceOwner.objects.filter(device=device).count() == 2


def test_a_move_between_tenants_of_one_payer_may_be_at_noon() -> None:
    payer = factories.account()
    first, second = (factories.account(parent=payer) for _ in range(2))
    device = factories.device(account=first)
    set_owner(device=device, account=second, since=NOON, now=factories.NOW)
    assert DeviceOwner.objects.filter(device=device).count() == 2


def test_a_later_move_within_a_day_must_not_come_to_change_the_payer() -> None:
    payer = factories.account()
    first, second = (factories.account(parent=payer) for _ in range(2))
    device = factories.device(account=first)
    set_owner(device=device, account=second, since=NOON, now=factories.NOW)
    with pytest.raises(MoveNotAtMidnight):
        set_owner(device=device, account=factories.account(), since=MIDNIGHT, now=factories.NOW)


def test_what_another_payer_gets_later_does_not_matter() -> None:
    payer = factories.account()
    first, second = (factories.account(parent=payer) for _ in range(2))
    device = factories.device(account=first)
    later = MIDNIGHT + timedelta(days=3)
    set_owner(device=device, account=factories.account(), since=later, now=factories.NOW)
    set_owner(device=device, account=second, since=NOON, now=factories.NOW)
    assert DeviceOwner.objects.filter(device=device).count() == 3
