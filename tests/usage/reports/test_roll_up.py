"""Figures of an account together with all below it, against sets counted in the plainest way."""

from hypothesis import given
from hypothesis import strategies as st

from usage.metering.figures import Figures, roll_up

ACCOUNTS = range(6)
_parents = st.fixed_dictionaries(
    {
        one: st.sampled_from([None, *(other for other in ACCOUNTS if other < one)])
        for one in ACCOUNTS
    }
)
_devices = st.fixed_dictionaries({one: st.sets(st.integers(0, 5)) for one in ACCOUNTS})


@given(parents=_parents, devices=_devices)
def test_every_device_counts_once_at_any_depth(
    parents: dict[int, int | None], devices: dict[int, set[int]]
) -> None:
    own = {one: Figures(len(some), 1, {"api": one}) for one, some in devices.items()}
    found = roll_up(own=own, parents=parents, moved=_moved(devices))
    for top in ACCOUNTS:
        below = [one for one in ACCOUNTS if top in _upwards(one, parents)]
        whole = found.get(top, own[top])
        assert whole.active_devices == len(set[int]().union(*(devices[one] for one in below)))
        assert whole.firmware_updates == len(below)
        assert whole.all_calls == sum(below)


def test_a_cycle_in_the_tree_ends_where_it_closes() -> None:
    own = {one: Figures(1) for one in (1, 2)}
    found = roll_up(own=own, parents={1: 2, 2: 1}, moved=[])
    assert {one: whole.active_devices for one, whole in found.items()} == {1: 2, 2: 2}


def _moved(devices: dict[int, set[int]]) -> list[set[int]]:
    owners = [{one for one, some in devices.items() if device in some} for device in range(6)]
    return [some for some in owners if len(some) > 1]


def _upwards(one: int, parents: dict[int, int | None]) -> set[int]:
    parent = parents[one]
    return {one} if parent is None else {one} | _upwards(parent, parents)
