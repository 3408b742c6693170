"""The SIMs and what happened to them, written by the services that the portal itself uses."""

from collections.abc import Callable, Sequence
from datetime import datetime

from accounts.models import Account
from billing_portal.management.demo.story import CUSTOM_DNS, Change, Sim
from usage.choices import DeviceKind
from usage.models import Device, Plan
from usage.services import devices as service
from usage.services.devices import NewDevice


def register(*, sims: Sequence[Sim], now: datetime) -> None:
    """Register the SIMs that have begun by now and are not there yet."""
    there = set(Device.objects.values_list("key", flat=True))
    accounts = dict(Account.objects.values_list("key", "pk"))
    plans = dict(Plan.objects.values_list("code", "pk"))
    new = [
        NewDevice(
            key=sim.key,
            kind=DeviceKind.SUBSCRIBER,
            coverage=sim.fleet.coverage,
            account_id=accounts[sim.fleet.account],
            plan_id=plans[sim.fleet.plan],
            status=sim.first_status,
            since=sim.since,
            tags=sim.tags,
            group=sim.group,
            options=sim.options,
            name=sim.tags["name"],
        )
        for sim in sims
        if sim.key not in there and sim.since <= now
    ]
    service.register_devices(devices=new, now=now)


def change(*, sims: Sequence[Sim], now: datetime) -> None:
    """Write the changes up to now, in order of time. Those that are written already stay so."""
    due = [(each.when.instant(sim.first), sim, each) for sim in sims for each in sim.changes]
    due = [one for one in due if one[0] <= now]
    keys = {sim.key for _since, sim, _each in due}
    devices = {device.key: device for device in Device.objects.filter(key__in=keys)}
    for since, sim, each in sorted(due, key=lambda one: (one[0], one[1].key)):
        WRITERS[each.what](devices[sim.key], sim, each, since, now)


def _status(device: Device, _sim: Sim, change: Change, since: datetime, now: datetime) -> None:
    service.set_status(device=device, status=change.value, since=since, now=now)


def _option(device: Device, _sim: Sim, change: Change, since: datetime, now: datetime) -> None:
    enabled = change.value == "on"
    service.set_option(device=device, option=CUSTOM_DNS, enabled=enabled, since=since, now=now)


def _owner(device: Device, _sim: Sim, change: Change, since: datetime, now: datetime) -> None:
    account = Account.objects.get(key=change.value)
    service.set_owner(device=device, account=account, since=since, now=now)


def _labels(device: Device, sim: Sim, _change: Change, since: datetime, now: datetime) -> None:
    tags, group = sim.moved_tags, sim.group
    service.set_labels(device=device, tags=tags, group=group, since=since, now=now)


WRITERS: dict[str, Callable[[Device, Sim, Change, datetime, datetime], None]] = {
    "status": _status,
    "option": _option,
    "owner": _owner,
    "labels": _labels,
}
