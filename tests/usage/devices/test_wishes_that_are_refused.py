"""One wish that cannot be takes no other one along, and says what to do."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Account
from tests import factories
from tests.factories import MONTH, NOW
from usage.choices import MonthState
from usage.models import AccountMonth, Device, DeviceIdentifier, DeviceOwner
from usage.services.devices import Outcome, Terms, Wish, change_devices

MIDNIGHT = MONTH.start + timedelta(days=14)
NOON = MIDNIGHT + timedelta(hours=12)
EARLY = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture
def world(agg: Account, ten: Account, stray: Account) -> dict[str, Any]:
    """Accounts by key; a SIM of TEN and another one with an ICCID."""
    ended = factories.account(key="ENDED", ended_at=MIDNIGHT)
    factories.device(account=ten, key="sim", tags={"site": "tokyo"})
    other = factories.device(account=agg, key="other")
    DeviceIdentifier.objects.create(device=other, kind="iccid", value="8981")
    unplaced = Account.objects.create(key="UNPLACED", team_name="Unplaced")
    found = {"AGG": agg, "TEN": ten, "STR": stray, "ENDED": ended, "UNPLACED": unplaced}
    return {key: account.pk for key, account in found.items()}


def do(*wishes: Wish) -> list[Outcome]:
    return change_devices(wishes=wishes, terms=Terms(now=NOW))


REFUSED: Mapping[str, tuple[dict[str, Any], str]] = {
    "another kind": ({"kind": "camera"}, "is of kind SIM in coverage Japan; that cannot change"),
    "another coverage": ({"coverage": "global"}, "that cannot change"),
    "no instant": ({"since": None, "status": "suspended"}, "fill in since"),
    "no zone": ({"since": datetime(2026, 10, 5), "status": "suspended"}, "no time zone"),  # noqa: DTZ001
    "before its owner": ({"since": EARLY, "status": "suspended"}, "has no owner yet"),
    "another payer at noon": ({"since": NOON, "account": "STR"}, "Move it at 00:00 UTC"),
    "an ended account": ({"account": "ENDED"}, "which ended on 2026-10-15"),
    "an unplaced account": ({"account": "UNPLACED"}, "nobody is billed for that account"),
    "unplaced so early": ({"since": EARLY, "account": "STR"}, "nobody is billed"),
    "an identifier of another": (
        {"identifiers": {"imei": ("1",), "iccid": ("8981",)}},
        "ICCID 8981 is that of device other; clear it there first",
    ),
    "a long tag": ({"tags": {"note": "x" * 257}}, "Tag “note” has 257 characters; at most 256"),
    "a long name of a tag": ({"tags": {"x" * 101: "1"}}, "…” has 101 characters; at most 100"),
    "a tag without a name": ({"tags": {"": "1"}}, "a tag has no name"),
    "a tag that ends with a blank": ({"tags": {"a ": "1"}}, "begins or ends with a blank"),
    "a bell in a tag": ({"tags": {"a": "\a"}}, "cannot be shown"),
    "too many tags": ({"tags": {f"t{n}": "1" for n in range(50)}}, "51 tags; it can have 50"),
    "a long group": ({"group": "x" * 201}, "The group has 201 characters"),
    "a line in a name": ({"name": "a\nb"}, "The name has characters that cannot be shown"),
    "too little for a new one": ({"key": "new", "status": "active"}, "missing: kind, coverage"),
}


@pytest.mark.parametrize(("fields", "reason"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_and_the_next_one_is_done(
    world: dict[str, int], fields: dict[str, Any], reason: str
) -> None:
    account = world.get(fields.get("account", ""))
    given = {key: value for key, value in fields.items() if key != "account"}
    bad = Wish(**{"key": "sim", "since": MIDNIGHT, "account_id": account, **given})
    refused, done = do(bad, Wish(key="other", since=MIDNIGHT, status="suspended"))

    assert reason in refused.reason
    assert (str(refused.result), str(done.result)) == ("rejected", "changed")


def test_a_move_into_a_closed_month_is_refused(world: dict[str, int], stray: Account) -> None:
    factories.account_month(account=stray, state=MonthState.CLOSED)
    (outcome,) = do(Wish(key="sim", since=MIDNIGHT, account_id=stray.pk))

    assert "would move within 2026-10, which is closed. Move it from 2026-11-01" in outcome.reason
    assert DeviceOwner.objects.count() == 2


def test_another_value_on_which_a_bill_was_closed_is_refused(world: dict[str, int]) -> None:
    do(Wish(key="sim", since=MIDNIGHT, status="suspended"))
    AccountMonth.objects.update(state=MonthState.CLOSED)
    (outcome,) = do(Wish(key="sim", since=MIDNIGHT, status="active"))

    assert "2026-10 was closed on it" in outcome.reason


def test_an_identifier_can_go_from_one_to_the_next_once_it_is_cleared(
    world: dict[str, int],
) -> None:
    cleared = Wish(key="other", identifiers={"iccid": ()})
    given = Wish(key="sim", identifiers={"iccid": ("8981",)})

    assert [str(outcome.result) for outcome in do(cleared, given)] == ["changed", "changed"]
    assert DeviceIdentifier.objects.get().device.key == "sim"


def test_two_new_devices_cannot_share_an_identifier(world: dict[str, int]) -> None:
    two = [Wish(key=key, identifiers={"eui": ("00",)}) for key in ("sim", "other")]
    first, second = do(*two)

    assert str(first.result) == "changed"
    assert "is that of device sim" in second.reason
    assert Device.objects.count() == 2


def test_a_tag_from_before_the_rules_stays_while_nobody_changes_it(
    world: dict[str, int], ten: Account
) -> None:
    long = "x" * 10_000
    factories.device(account=ten, key="old", tags={"note": long, long: "1"})

    (kept,) = do(Wish(key="old", since=MIDNIGHT, tags={"site": "tokyo"}))
    assert str(kept.result) == "changed"
    (refused,) = do(Wish(key="old", since=MIDNIGHT, tags={"note": long + "y"}))
    assert "has 10001 characters" in refused.reason
