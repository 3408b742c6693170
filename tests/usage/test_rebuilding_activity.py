"""`manage.py rebuild_activity`: the tables of activity follow from the facts."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests import factories
from tests.usage import activity
from tests.usage.conftest import Sender, World
from tests.usage.sending import RECORD, records_csv
from usage.models import AccountDay, DeviceActivity, Meter

LATER = factories.NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _facts(sender: Sender, world: World) -> None:
    factories.meter(code="connect", evidence="active", is_priced=False)
    rows = [
        {"event_id": "1"},
        {"event_id": "2", "meter": "connect", "at": "2026-10-05T00:00:00.5Z"},
        {"event_id": "3", "meter": "connect", "at": "2026-08-31T23:59:59Z"},
        {"event_id": "4", "meter": "connect", "device": "", "coverage": "japan"},
    ]
    sender(records_csv(*rows, columns=(*RECORD, "coverage")))


def rebuild(*flags: str) -> str:
    told = StringIO()
    call_command("rebuild_activity", *flags, stdout=told)
    return told.getvalue()


def test_what_is_right_stays(world: World) -> None:
    before = list(DeviceActivity.objects.values()), list(AccountDay.objects.values())
    assert "3 months of accounts counted, 0 differ." in rebuild("--check")
    assert "3 months of accounts counted, 0 mended." in rebuild()
    assert (list(DeviceActivity.objects.values()), list(AccountDay.objects.values())) == before


def lose_devices() -> None:
    DeviceActivity.objects.all().delete()


def lose_a_day() -> None:
    AccountDay.objects.earliest("day").delete()


def count_too_much() -> None:
    AccountDay.objects.update(total=10**30)


def see_too_late() -> None:
    DeviceActivity.objects.update(last_seen_at=LATER)


def mean_something_else() -> None:
    Meter.objects.filter(code="data.upload").update(evidence="active")


@pytest.mark.parametrize(
    "damage", [lose_devices, lose_a_day, count_too_much, see_too_late, mean_something_else]
)
def test_what_differs_is_told_and_mended(damage: object) -> None:
    assert callable(damage)
    damage()
    with pytest.raises(CommandError, match=r"[12] differ"):
        rebuild("--check")
    assert "0 mended" not in rebuild()

    assert activity.devices() == activity.devices_of_facts()
    assert activity.days() == activity.days_of_facts()
    assert " 0 mended" in rebuild()


def test_a_device_keeps_the_instant_at_which_it_became_known() -> None:
    known = list(DeviceActivity.objects.order_by("month").values("seen_known_at"))
    see_too_late()
    rebuild()
    assert list(DeviceActivity.objects.order_by("month").values("seen_known_at")) == known


def test_an_unknown_account_is_named() -> None:
    with pytest.raises(CommandError, match="There is no account NOBODY"):
        rebuild("--account=NOBODY")
