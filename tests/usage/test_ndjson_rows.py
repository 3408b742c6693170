"""NDJSON: the same rows as records-csv, one JSON object in each line."""

from typing import Any

import pytest

from tests.usage.conftest import Sender
from tests.usage.sending import ndjson, records_csv, stored

REJECTED: dict[str, tuple[dict[str, Any], str]] = {
    "event id left out": ({"event_id": ...}, "event_id is empty."),
    "event id is null": ({"event_id": None}, "event_id is empty."),
    "event id is a number": ({"event_id": 5}, "event_id must be text."),
    "account is a list": ({"account": ["TEN"]}, "account must be text."),
    "half of a surrogate pair": ({"event_id": "\ud800"}, "event_id must be text."),
    "an escaped NUL": ({"event_id": "e\0"}, "event_id has control characters"),
    "quantity as text": ({"quantity": "7"}, "is not a whole number"),
    "quantity as float": ({"quantity": 7.0}, "is not a whole number"),
    "quantity as truth": ({"quantity": True}, "is not a whole number"),
    "quantity left out": ({"quantity": ...}, "is not a whole number"),
    "quantity 2^63": ({"quantity": 2**63}, "is not a whole number"),
    "at is null": ({"at": None}, "is not an instant"),
}

LINES = {
    "no JSON": ("{event_id: 1}", "The row is not a JSON object."),
    "a list": ("[1, 2]", "The row is not a JSON object."),
    "cut off": ('{"event_id": "e1"', "The row is not a JSON object."),
    "two objects": ("{} {}", "The row is not a JSON object."),
    "not a number": ('{"quantity": NaN}', "The row is not a JSON object."),
    "a number without end": ('{"quantity": ' + "9" * 5000 + "}", "The row is not a JSON object."),
    "a deep nest": ("[" * 50_000, "The row is not a JSON object."),
    "a field twice": ('{"event_id": "a", "event_id": "b"}', "A field stands twice in the row."),
    "empty": ("{}", "event_id is empty."),
}


@pytest.mark.parametrize(("change", "reason"), REJECTED.values(), ids=REJECTED)
def test_a_bad_field_rejects_the_row(sender: Sender, change: dict[str, Any], reason: str) -> None:
    sent = sender(ndjson({"event_id": "good"}, change), format="ndjson")

    assert sent.outcomes == ["accepted", "rejected"]
    assert reason in sent.reasons[1]


@pytest.mark.parametrize(("line", "reason"), LINES.values(), ids=LINES)
def test_a_bad_line_rejects_the_row(sender: Sender, line: str, reason: str) -> None:
    sent = sender(f"{line}\n{ndjson({'event_id': 'good'})}", format="ndjson")

    assert sent.outcomes == ["rejected", "accepted"]
    assert reason in sent.reasons[0]


def test_variant_and_device_may_be_left_out(sender: Sender) -> None:
    sent = sender(ndjson({"variant": ..., "device": ...}), format="ndjson")

    assert sent.outcomes == ["accepted"]
    assert stored()[0][3:] == (None, "data.upload", "", 7)


def test_the_same_fact_in_both_formats_is_a_duplicate(sender: Sender) -> None:
    sender(records_csv({}))

    assert sender(ndjson({}), format="ndjson").outcomes == ["duplicate"]


def test_blank_lines_are_no_rows_but_count_as_lines(sender: Sender) -> None:
    sent = sender(f"\n\r\n{ndjson({})}\n", format="ndjson")

    assert sent.results == [(3, "accepted", "")]
