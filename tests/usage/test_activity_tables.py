"""In whatever order facts come, twice or in pieces, the tables of activity say what they say."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account
from tests import factories
from tests.usage import activity
from tests.usage.conftest import Sender, World
from tests.usage.sending import records_csv
from usage.models import DeviceOwner
from usage.services.devices import present

SOURCES = count()
MOVED = factories.MONTH.start + timedelta(days=14)
METERS = {"data.upload": "", "connect": "active", "publish": "seen", "disk": ""}

_facts = st.lists(
    st.builds(
        lambda number, meter, day, second, quantity: {
            "event_id": f"e{number}",
            "meter": meter,
            "account": "TEN" if day < MOVED.day else "AGG",
            "at": f"2026-10-{day:02}T12:00:0{second}Z",
            "quantity": str(quantity),
        },
        st.integers(0, 9),
        st.sampled_from([*METERS]),
        st.sampled_from([1, 2, 14, 15, 31]),
        st.integers(0, 1),
        st.sampled_from([0, 1, 2, 2**63 - 1]),
    ),
    max_size=12,
)


@pytest.fixture
def moving(world: World, agg: Account) -> World:
    """The SIM belongs to AGG from the middle of the month on."""
    for code, evidence in METERS.items():
        if code != "data.upload":
            factories.meter(code=code, evidence=evidence, is_priced=False)
    DeviceOwner.objects.create(device=world.sim, account=agg, since=MOVED, recorded_at=MOVED)
    present.refresh(device_ids=[world.sim.pk], now=factories.NOW)
    return world


@pytest.mark.usefixtures("moving")
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(facts=_facts, cut=st.integers(0, 12), again=st.booleans(), data=st.data())
def test_any_order_split_and_repetition_gives_what_the_facts_say(
    sender: Sender,
    facts: list[dict[str, str]],
    cut: int,
    again: bool,
    data: st.DataObject,
) -> None:
    source = f"s{next(SOURCES)}"
    shuffled = data.draw(st.permutations(facts))
    for part in (shuffled[:cut], shuffled[cut:], shuffled if again else []):
        if part:
            sender(records_csv(*part), source=source)

    assert activity.devices() == activity.devices_of_facts()
    assert activity.days() == activity.days_of_facts()
