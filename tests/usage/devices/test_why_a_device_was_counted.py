"""The page that answers "why was this device counted?" (C11–C15, B6, rules.md Q47, Q53)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account, User
from tests import factories
from tests.factories import MONTH
from tests.usage.conftest import Sender, World
from tests.usage.sending import records_csv
from usage.choices import Status
from usage.models import Device
from usage.services.devices import Terms, Wish, change_devices, set_owner

ACTIVE = "From here on the device is active in this month, and counts once."
BILLABLE = "From here on it is billable in this month."
NOT_BILLABLE = "No: nothing moved its Last seen"
NOT_ACTIVE = "No: it neither connected nor registered by itself"
NO_PEAK = "No: its status was never active"


@pytest.fixture(autouse=True)
def _meters(world: World) -> None:
    factories.meter(code="connect", name="Connections", evidence="active", is_priced=False)
    factories.meter(code="publish", name="Publishes", evidence="seen", is_priced=False)


def page(client: Client, key: str = "440100000000001", month: str = MONTH.iso) -> str:
    answer = client.get(reverse("device-activity", args=[key]), {"month": month})
    assert answer.status_code == 200
    return str(answer.content.decode())


def titles(client: Client, **query: str) -> list[str]:
    answer = client.get(reverse("device-activity", args=["440100000000001"]), query)
    return [str(event.title) for event in answer.context["events"]]


def test_the_facts_that_decide_are_shown_in_their_order(clerk: Client, sender: Sender) -> None:
    days = {"publish": (2, 20), "connect": (5, 6, 7, 9), "data.upload": (1, 30)}
    rows = [
        {"event_id": f"{meter}{day}", "meter": meter, "at": f"2026-10-{day:02}T12:00:00Z"}
        for meter, some in days.items()
        for day in some
    ]
    sender(records_csv(*rows))
    held = "Status at the start of the month: Active"
    expected = [held, "Publishes", "Connections", "Connections", "Publishes"]
    assert titles(clerk, month=MONTH.iso) == expected
    text = page(clerk)
    assert text.index(BILLABLE) < text.index(ACTIVE)


def test_a_publish_makes_it_billable_and_not_active(clerk: Client, sender: Sender) -> None:
    sender(records_csv({"meter": "publish"}))
    text = page(clerk)
    assert BILLABLE in text
    assert NOT_ACTIVE in text


def test_other_months_do_not_count(clerk: Client, sender: Sender) -> None:
    sender(records_csv({"meter": "connect", "at": "2026-09-30T23:59:59Z"}))
    assert NOT_BILLABLE in page(clerk)
    assert ACTIVE in page(clerk, month="2026-09")


def test_edits_are_shown_as_not_counting(clerk: Client, world: World) -> None:
    wish = Wish(key=world.sim.key, since=factories.NOW, name="Pump", tags={"site": "Tokyo"})
    change_devices(wishes=[wish], terms=Terms(now=factories.NOW))
    found = titles(clerk, month=MONTH.next.iso)
    assert found[0] == "Status at the start of the month: Active"
    assert sorted(found[1:]) == ["Name, definition or type edited", "Tags or group edited"]
    text = page(clerk, month=MONTH.next.iso)
    assert "It moves Last updated only and does not count." in text
    assert NOT_BILLABLE in text


@pytest.mark.parametrize(
    ("since", "is_part"),
    [
        (MONTH.start, False),
        (MONTH.start + timedelta(microseconds=1), True),
        (MONTH.end - timedelta(seconds=1), True),
    ],
)
def test_the_status_says_whether_it_was_part_of_the_peak(
    clerk: Client, world: World, since: object, is_part: bool
) -> None:
    factories.status(device=world.sim, status=Status.INACTIVE, since=since)  # type: ignore[arg-type]
    assert (NO_PEAK in page(clerk)) is not is_part


def test_each_owner_sees_the_time_in_which_it_was_his(
    client: Client, clerk: Client, sender: Sender, world: World, stranger: User
) -> None:
    moved = MONTH.start + timedelta(days=14)
    set_owner(device=world.sim, account=world.stray, since=moved, now=factories.NOW)
    Device.objects.filter(pk=world.sim.pk).update(name="Secret of the stranger")
    sender(
        records_csv(
            {"event_id": "1", "meter": "publish", "at": "2026-10-02T00:00:00Z"},
            {"event_id": "2", "meter": "connect", "at": "2026-10-20T00:00:00Z", "account": "STR"},
        )
    )
    text = page(clerk)
    assert NOT_ACTIVE in text
    assert "Secret of the stranger" not in text
    assert clerk.get(reverse("device", args=[world.sim.key])).status_code == 404
    client.force_login(stranger)
    came = "Status when it came to the account: Active"
    assert titles(client, month=MONTH.iso) == [came, "Connections"]


def test_a_device_of_others_is_not_there(clerk: Client, stray: Account) -> None:
    factories.device(account=stray, key="theirs")
    for key in ("theirs", "nobody"):
        assert clerk.get(reverse("device-activity", args=[key])).status_code == 404


def test_the_list_finds_the_devices_active_in_a_month(
    clerk: Client, sender: Sender, agg: Account
) -> None:
    factories.device(account=agg, key="quiet")
    sender(records_csv({"meter": "connect"}, {"event_id": "2", "meter": "publish"}))

    def found(month: str) -> list[str]:
        table = clerk.get("/devices/", {"active": month}).context["table"]
        return [row.record.key for row in table.page]

    assert found("2026-10") == ["440100000000001"]
    assert found("2026-09") == []
    assert found("2026-13") == []
