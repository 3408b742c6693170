"""Administrators of an account name, group and tag its devices: one, and many at a time."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, AuditEntry, Job
from accounts.tasks.jobs import make
from tests import factories
from tests.factories import NOW
from usage.models import Device, DeviceLabel, DeviceNow
from usage.views import labels

SAME = {"name": "Pump", "group": "north", "tag-0": "site", "was-0": "tokyo", "value-0": "tokyo"}


@pytest.fixture
def sim(agg: Account) -> Device:
    return factories.device(
        account=agg, key="sim", name="Pump", group="north", tags={"site": "tokyo"}
    )


def now() -> tuple[str, str, dict[str, str]]:
    row = DeviceNow.objects.get(key="sim")
    return row.name, row.group, row.tags


def edit(client: Client, **typed: str) -> Any:
    return client.post("/device-labels/of/sim/", SAME | typed, follow=True)


CHANGES: dict[str, tuple[dict[str, str], tuple[str, str, dict[str, str]]]] = {
    "the name": ({"name": "Lamp"}, ("Lamp", "north", {"site": "tokyo"})),
    "no group": ({"group": ""}, ("Pump", "", {"site": "tokyo"})),
    "a value": ({"value-0": "osaka"}, ("Pump", "north", {"site": "osaka"})),
    "lines": ({"value-0": "a\r\nb"}, ("Pump", "north", {"site": "a\nb"})),
    "one tag less": ({"remove-0": "on"}, ("Pump", "north", {})),
    "a formula": (
        {"tag-1": "x,y", "value-1": "=cmd()"},
        ("Pump", "north", {"site": "tokyo", "x,y": "=cmd()"}),
    ),
}


@pytest.mark.parametrize(("typed", "after"), CHANGES.values(), ids=CHANGES)
def test_what_is_typed_holds_from_now_on(
    clerk: Client, sim: Device, typed: dict[str, str], after: tuple[str, str, dict[str, str]]
) -> None:
    assert "sim is changed from now on." in edit(clerk, **typed).content.decode()
    assert now() == after
    entry = AuditEntry.objects.get(action="device.labels")
    assert (entry.actor, entry.account_key, entry.subject) == (
        "aggregator@example.com",
        "AGG",
        "sim",
    )
    assert DeviceLabel.objects.filter(device=sim, since__gt=NOW).count() == (
        typed.keys() != {"name"}
    )


def test_nothing_typed_changes_nothing(clerk: Client, sim: Device) -> None:
    assert "sim stays as it was." in edit(clerk).content.decode()
    assert not AuditEntry.objects.filter(action="device.labels").exists()


def test_two_people_who_change_different_tags_both_get_theirs(clerk: Client, sim: Device) -> None:
    edit(clerk, **{"value-0": "osaka"})
    edit(clerk, group="south")
    assert now() == ("Pump", "south", {"site": "osaka"})


def test_a_refusal_stands_on_the_page_and_what_was_typed_stays(clerk: Client, sim: Device) -> None:
    content = edit(clerk, **{"tag-1": "note", "value-1": "x" * 10_000}).content.decode()
    assert "has 10000 characters; at most 256" in content
    assert "x" * 10_000 in content


def test_who_does_not_manage_the_owner_cannot_edit(clerk: Client, ten: Account) -> None:
    factories.device(account=ten, key="lamp")
    assert clerk.get("/devices/lamp/").status_code == 200
    assert clerk.post("/device-labels/of/lamp/", {"name": "x"}).status_code == 404


@pytest.fixture
def three(sim: Device, agg: Account, ten: Account, stray: Account) -> None:
    factories.device(account=agg, key="sim2", tags={"site": "osaka"})
    factories.device(account=ten, key="lamp", group="tenants")
    factories.device(account=stray, key="theirs", group="strangers")


def groups() -> dict[str, str]:
    return dict(DeviceNow.objects.values_list("key", "group"))


@pytest.mark.usefixtures("three")
def test_the_selected_ones_get_a_group(clerk: Client) -> None:
    typed = {
        "do": "group",
        "group": "new",
        "which": "selected",
        "device": ["sim", "lamp", "theirs"],
    }
    content = clerk.post("/device-labels/", typed, follow=True).content.decode()

    assert "1 device is changed from now on." in content
    assert "2 devices were not changed. You have no device lamp." in content
    assert groups() == {"sim": "new", "sim2": "", "lamp": "tenants", "theirs": "strangers"}


@pytest.mark.usefixtures("three")
def test_all_of_a_list_get_a_tag_and_lose_it(clerk: Client) -> None:
    typed = {"do": "tag", "tag": "floor", "value": "3", "which": "all", "query": "q=sim2"}
    clerk.post("/device-labels/", typed)
    assert DeviceNow.objects.get(key="sim2").tags == {"site": "osaka", "floor": "3"}
    assert now()[2] == {"site": "tokyo"}

    clerk.post("/device-labels/", {"do": "untag", "tag": "site", "which": "all"})
    tags = dict(DeviceNow.objects.values_list("key", "tags"))
    assert (tags["sim"], tags["sim2"]) == ({}, {"floor": "3"})


@pytest.mark.usefixtures("three")
def test_very_many_are_a_job(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "AT_ONCE", 1)
    response = clerk.post("/device-labels/", {"do": "group", "group": "new", "which": "all"})
    job = Job.objects.get(kind="devices-relabel")
    assert response["Location"] == f"/jobs/{job.pk}/"

    make(job_id=job.pk)
    job.refresh_from_db()
    assert job.result["lines"] == ["2 changed, 0 unchanged, 0 rejected."]
    assert groups()["lamp"] == "tenants"


REFUSED = {
    "nothing selected": ({"do": "group", "which": "selected"}, "No device is selected"),
    "a tag without a name": ({"do": "tag", "which": "all"}, "Write the name of the tag."),
    "nothing known": ({"do": "delete", "which": "all"}, "Select a valid choice"),
}


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(("typed", "said"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_changes_nothing(
    clerk: Client, typed: dict[str, str], said: str
) -> None:
    before = groups()
    assert said in clerk.post("/device-labels/", typed, follow=True).content.decode()
    assert groups() == before
