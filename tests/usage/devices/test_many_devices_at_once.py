"""Many wishes at once: new devices, change points for what differs, nothing for what does not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Account, AuditEntry
from tests import factories
from tests.factories import LONG_AGO, MONTH, NOW
from usage.choices import MonthState
from usage.models import (
    AccountMonth,
    Device,
    DeviceIdentifier,
    DeviceLabel,
    DeviceNow,
    DeviceOption,
    DeviceOwner,
    DeviceStatus,
    Plan,
)
from usage.services.devices import Outcome, Result, Terms, Wish, change_devices
from usage.services.devices.present import HISTORIES

SINCE = MONTH.start + timedelta(days=4)
LATER = SINCE + timedelta(days=10)


@pytest.fixture
def plan(db: None) -> Plan:
    return factories.plan()


@pytest.fixture
def wish(ten: Account, plan: Plan) -> Wish:
    return Wish(
        key="sim",
        since=SINCE,
        kind="subscriber",
        coverage="japan",
        account_id=ten.pk,
        plan=plan,
        status="active",
        name="Pump",
        group="north",
        tags={"site": "tokyo"},
        options=frozenset({"custom_dns"}),
        identifiers={"iccid": ("8981", "8982")},
    )


def do(*wishes: Wish, **terms: Any) -> list[Outcome]:
    return change_devices(wishes=wishes, terms=Terms(**{"now": NOW, **terms}))


def results(*wishes: Wish, **terms: Any) -> list[str]:
    return [str(outcome.result) for outcome in do(*wishes, **terms)]


def points() -> int:
    return sum(model._default_manager.count() for model in HISTORIES)


def test_a_new_device_has_all_that_is_said_of_it(wish: Wish, ten: Account, agg: Account) -> None:
    assert results(wish) == ["created"]

    row = DeviceNow.objects.get(device__key="sim")
    assert (row.account, row.plan, row.status, row.status_since) == (
        ten,
        wish.plan,
        "active",
        SINCE,
    )
    assert (row.name, row.group, row.tags, row.options) == (
        "Pump",
        "north",
        {"site": "tokyo"},
        ["custom_dns"],
    )
    assert "\n8981\n8982\n" in row.search
    assert Device.history.count() == 1
    assert AccountMonth.objects.get(account=agg).version == 1


def test_the_same_again_does_nothing(wish: Wish, agg: Account) -> None:
    do(wish)
    count = points()

    assert results(wish, wish) == ["unchanged", "unchanged"]
    assert (points(), DeviceIdentifier.objects.count()) == (count, 2)
    assert AccountMonth.objects.get(account=agg).version == 1


CHANGES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "status": ({"status": "suspended"}, ("status",)),
    "name": ({"name": ""}, ("name",)),
    "group": ({"group": ""}, ("group",)),
    "tag": ({"tags": {"site": "osaka"}}, ("tags",)),
    "no tag": ({"tags": {"site": None}}, ("tags",)),
    "no tags": ({"tags": {}, "all_tags": True}, ("tags",)),
    "tag and group": ({"tags": {"floor": "1"}, "group": "south"}, ("tags", "group")),
    "option": ({"options": frozenset({"private_garden"})}, ("options",)),
    "no identifier": ({"identifiers": {"iccid": ()}}, ("iccid",)),
    "identifier": ({"identifiers": {"iccid": ("8981",), "imei": ("35",)}}, ("iccid", "imei")),
}


@pytest.mark.parametrize(("change", "what"), CHANGES.values(), ids=CHANGES)
def test_what_differs_is_changed_from_then_on(
    wish: Wish, change: dict[str, Any], what: tuple[str, ...]
) -> None:
    do(wish)
    (outcome,) = do(replace(wish, since=LATER, **change))

    assert outcome == Outcome(Result.CHANGED, what)
    assert Device.objects.count() == 1
    assert results(replace(wish, since=LATER, **change)) == ["unchanged"]


def test_what_is_left_out_stays_as_it_is(wish: Wish) -> None:
    do(wish)
    before = DeviceNow.objects.values().get()

    assert results(Wish(key="sim", since=LATER)) == ["unchanged"]
    assert DeviceNow.objects.values().get() == before


def test_another_value_at_the_same_instant_takes_its_place(wish: Wish) -> None:
    do(wish)
    do(replace(wish, status="suspended"))

    assert DeviceStatus.objects.get().status == "suspended"


def test_a_history_may_come_in_several_rows(wish: Wish) -> None:
    later = Wish(key="sim", since=LATER, status="suspended", group="south")

    assert results(wish, later) == ["created", "changed"]
    assert list(DeviceStatus.objects.order_by("since").values_list("status", "since")) == [
        ("active", SINCE),
        ("suspended", LATER),
    ]


def test_an_option_that_is_not_named_is_switched_off(wish: Wish) -> None:
    do(wish)
    do(replace(wish, since=LATER, options=frozenset({"private_garden"})))

    found = DeviceOption.objects.filter(since=LATER).order_by("option")
    assert list(found.values_list("option", "enabled")) == [
        ("custom_dns", False),
        ("private_garden", True),
    ]


def test_a_closed_month_makes_it_late_and_says_so(wish: Wish, agg: Account) -> None:
    factories.account_month(account=agg, state=MonthState.CLOSED)
    (created,) = do(wish)
    (changed,) = do(Wish(key="sim", since=LATER, status="suspended"))

    assert (created.late, changed.late) == (MONTH, MONTH)
    assert DeviceStatus.objects.get(since=LATER).late_through == MONTH


def test_a_dry_run_says_the_same_and_leaves_nothing(wish: Wish) -> None:
    assert results(wish, replace(wish, key="bad", kind=None), dry_run=True) == [
        "created",
        "rejected",
    ]
    assert not Device.objects.exists()
    assert not AccountMonth.objects.exists()


def test_of_others_devices_people_learn_nothing(wish: Wish, ten: Account, stray: Account) -> None:
    do(wish, replace(wish, key="theirs", account_id=stray.pk, identifiers={}))
    within = frozenset({ten.pk})
    outcomes = do(
        *(Wish(key=key, since=LATER, group="mine") for key in ("sim", "theirs", "none")),
        within=within,
    )

    assert [str(outcome.result) for outcome in outcomes] == ["changed", "rejected", "rejected"]
    assert [outcome.reason for outcome in outcomes[1:]] == [
        "You have no device theirs.",
        "You have no device none.",
    ]


def test_changes_of_people_are_in_the_audit_trail(wish: Wish, ten: Account) -> None:
    do(wish)
    do(
        Wish(key="sim", since=LATER, group="south", name="Pump 2"),
        within=frozenset({ten.pk}),
        actor="a@example.com",
    )

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.account_key, entry.subject) == (
        "a@example.com",
        "device.labels",
        "TEN",
        "sim",
    )
    assert entry.detail == {"name": "Pump 2", "group": "south", "tags": {"site": "tokyo"}}


def test_the_number_of_queries_does_not_grow_with_the_wishes(
    wish: Wish, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many = [replace(wish, key=f"sim{n}", identifiers={"iccid": (f"{n}",)}) for n in range(100)]
    with django_assert_max_num_queries(45):
        do(*many)
    with django_assert_max_num_queries(45):
        do(*(replace(one, since=LATER, status="suspended", group="x", name="y") for one in many))


def test_histories_of_an_earlier_time_stay(wish: Wish, stray: Account) -> None:
    do(wish)
    do(replace(wish, since=LATER, account_id=stray.pk))

    assert DeviceOwner.objects.count() == 2
    assert DeviceLabel.objects.count() == 1
    assert LONG_AGO < SINCE
