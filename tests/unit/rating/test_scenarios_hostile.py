"""Whatever the bytes are: a message, or a scenario that can be rated."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.rating.scenarios import BadScenario, document, read, text
from invoices.rating.totals import AmountTooGreat
from tests.unit.rating.test_scenarios_refused import SOUND

HOSTILE = [
    (b"", "Line 1, column 1: this is not JSON"),
    (b"[" * 1_000_000, "nested too deeply"),
    (b'{"a":' * 1_000_000, "nested too deeply"),
    (b'{"month": "2026-10"\n,}', "Line 2, column 2: this is not JSON"),
    (b"{}\n\n\xff", "Line 3: this is not UTF-8"),
    (b'\x00{"month": 1}', "this is not JSON"),
    (b'{"month": NaN}', "month: The number NaN stands here"),
    (b'{"month": -Infinity}', "month: The number -Infinity stands here"),
    (b'{"month": 1e999999999}', "month: The number 1e999999999 stands here"),
    (b'{"month": ' + b"9" * 1_000_000 + b"}", "month: The number 9999"),
    (b'{"month": "2026-10", "month": "2026-11"}', "month: This field is there twice"),
    (b'{"' + b"x" * 100_000 + b'": 1}', "This field is unknown"),
    (b'{"\\u001b[2J": 1}', '["?[2J"]: This field is unknown'),
    (b"[]", "A list stands here"),
    (b'"month"', "stands here. Write an object"),
    (b"null", "null stands here"),
]


@pytest.mark.parametrize(("data", "words"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bytes_give_a_message(data: bytes, words: str) -> None:
    with pytest.raises(BadScenario) as caught:
        read(document(data))
    assert words in str(caught.value)
    assert len(str(caught.value)) < 2000


def test_a_scenario_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "LARGEST", 10)
    with pytest.raises(BadScenario, match="larger than"):
        document(b" " * 11)


def test_a_byte_order_mark_is_passed_over() -> None:
    assert document(b"\xef\xbb\xbf{}") == {}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if path else []
    if isinstance(value, dict | list):
        for key, each in inner:
            found += places(each, (*path, key)) if isinstance(each, dict | list) else [(*path, key)]
    return found


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["2026-10", "japan", "active", "sum", "9" * 19, "1e-24", "0001-01-01"])
    | st.sampled_from([2**63 - 1, 2**63, -1, 10**12]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


def outcome(data: bytes) -> str:
    """What is told; anything but a message or a result comes through."""
    try:
        return repr(read(document(data)).rate().lines)
    except (BadScenario, AmountTooGreat) as error:
        return str(error)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(places(SOUND)), junk), min_size=1, max_size=3))
def test_any_value_anywhere_is_refused_or_rated(changes: list[tuple[Any, Any]]) -> None:
    found: Any = copy.deepcopy(SOUND)
    for path, value in changes:
        inside: Any = found
        try:
            for step in path[:-1]:
                inside = inside[step]
            inside[path[-1]] = value
        except (LookupError, TypeError):
            continue  # an earlier change took the place away
    assert outcome(json.dumps(found).encode())
