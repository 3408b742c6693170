"""What a frozen report says of the accounts of a month (rules.md Q53, Q55, Q57)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Account
from tests import factories
from tests.usage.conftest import World
from tests.usage.reports import desk
from tests.usage.reports.conftest import Facts, lamp
from usage.models import DeviceOwner
from usage.services.devices import present

pytestmark = pytest.mark.django_db
Make = Callable[..., None]
SIM = "440100000000001"


def test_a_device_counts_once_and_only_if_it_connected_itself(facts: Facts, make: Make) -> None:
    facts(
        ("TEN", SIM, "session.connection", 1),
        ("TEN", SIM, "to_service.registration", 3),
        ("STR", "295050000000001", "publish.user", 1),
    )
    make()
    assert desk.rows() == {"AGG": (0, 0, 0), "TEN": (1, 0, 3), "STR": (0, 0, 0)}
    assert desk.row("AGG").whole.active_devices == 1


def test_api_calls_stand_in_their_three_groups(facts: Facts, make: Make) -> None:
    facts(
        ("TEN", "", "to_service.registration", 2),
        ("TEN", "", "to_device.subscription", 3),
        ("AGG", "", "rest.user_token", 5),
        ("AGG", "", "rest.user_token", 2**63 - 1),
    )
    make()
    whole = desk.row("AGG").whole
    assert (whole.to_service, whole.to_device, whole.integration) == (2, 3, 2**63 + 4)


def test_updates_are_named_by_their_campaign(facts: Facts, make: Make, agg: Account) -> None:
    lamp(agg, "lamp", name="Lamp, hall")
    facts(("AGG", "lamp", "firmware.update", 1), variant="0" * 32)
    make()
    assert desk.updates() == [
        ["account_id", "timestamp", "campaign_name", "device_id", "endpoint_name"],
        ["AGG", "2026-10-05T10:01:00.000Z", "0" * 32, "lamp", "Lamp, hall"],
    ]
    assert desk.row("AGG").own.firmware_updates == 1


def test_the_file_of_an_aggregator_has_the_rows_of_its_tenants(
    facts: Facts, make: Make, agg: Account
) -> None:
    lamp(agg, "lamp")
    facts(("TEN", SIM, "session.connection", 1), ("AGG", "lamp", "session.connection", 1))
    make()
    assert desk.active() == [
        ["account_id", "timestamp", "device_id", "endpoint_name"],
        ["AGG", "2026-10-05T10:02:00.000Z", "lamp", ""],
        ["TEN", "2026-10-05T10:01:00.000Z", SIM, ""],
    ]


def test_a_device_that_moved_counts_for_each_and_once_together(
    facts: Facts, make: Make, world: World
) -> None:
    facts(("TEN", SIM, "session.connection", 1))
    moved = factories.MONTH.start + timedelta(days=14)
    DeviceOwner.objects.create(device=world.sim, account=world.agg, since=moved, recorded_at=moved)
    present.refresh(device_ids=[world.sim.pk], now=factories.NOW)
    facts(("AGG", SIM, "session.connection", 1), day=20)
    make()
    assert desk.rows()["AGG"][0] == desk.rows()["TEN"][0] == 1
    assert desk.row("AGG").whole.active_devices == 1


def test_tenants_are_listed_only_if_there_was_a_package(make: Make, ten: Account) -> None:
    make()
    assert not desk.row("TEN").is_listed
    assert desk.row("AGG").is_listed


@pytest.mark.usefixtures("package", "ten")
def test_with_a_package_a_tenant_is_listed_at_zero_use(make: Make) -> None:
    make()
    assert desk.row("TEN").is_listed
    assert desk.rows()["TEN"] == (0, 0, 0)
    package = desk.report().package
    assert package is not None
    assert (package["quota"], package["remaining"], package["reserved"]) == (1000, 1000, 0)


def test_figures_roll_up_at_any_depth(facts: Facts, make: Make, ten: Account) -> None:
    shop = factories.account(key="SHOP", parent=ten)
    lamp(shop, "lamp")
    facts(("SHOP", "lamp", "session.connection", 1), ("TEN", SIM, "session.connection", 1))
    make()
    wholes = {key: desk.row(key).whole.active_devices for key in ("AGG", "TEN", "SHOP")}
    assert wholes == {"AGG": 2, "TEN": 2, "SHOP": 1}


def test_who_moved_later_stays_where_it_was(make: Make, ten: Account) -> None:
    other = factories.account(key="NEW")
    factories.placement(account=ten, since=factories.NOW.date().replace(day=1), parent=other)
    make()
    assert desk.row("TEN").report.account.key == "AGG"
