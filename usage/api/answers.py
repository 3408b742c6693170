"""What commands and sending usage take and answer, for the reference."""

from typing import Any

from rest_framework import serializers

from usage.metering.vocabulary import Outcome

Text, Whole = serializers.CharField, serializers.IntegerField
Answer = serializers.Serializer[Any]


class TelitProblem(Answer):
    """What goes wrong with a command is said so too, in its place, within a 200."""

    success = serializers.BooleanField()
    errorCodes = serializers.ListField(child=Whole())
    errorMessages = serializers.ListField(child=Text())


class Counts(Answer):
    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {outcome.value: Whole(min_value=0) for outcome in Outcome}


class RowResult(Answer):
    row = Whole(min_value=1)
    result = serializers.ChoiceField(choices=[*map(str, Outcome)])
    reason = Text(required=False)


class Taken(Answer):
    counts = Counts()
    rows = RowResult(many=True)


class TakenLater(Answer):
    """Ask at `address` until it is done; `url` is a ZIP with the result of every row."""

    address = Text()
    status = serializers.ChoiceField(choices=["processing", "done", "failed"])
    percent = Whole()
    reason = Text(required=False)
    counts = Counts(required=False)
    url = Text(required=False)


PACKET: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {"type": "object"},
    "example": {
        "auth": {
            "command": "api.authenticate",
            "params": {"username": "keyId-…", "password": "secret-…"},
        },
        "1": {"command": "usage.report", "params": {"month": "2026-10", "countBy": "type"}},
    },
}
"""Commands by names of the caller's choice."""

ANSWERS: dict[str, Any] = {
    "type": "object",
    "description": "For each command `success`, and `params`; or what went wrong.",
    "additionalProperties": True,
}

ROW: dict[str, Any] = {
    "type": "object",
    "example": {
        "event_id": "e-1", "account": "ACME", "device": "440100000000001", "meter": "data.upload",
        "variant": "s1.fast", "at": "2026-11-01T00:00:00Z", "quantity": 1024, "coverage": "japan",
    },
}  # fmt: skip
CLOUD_EVENT: dict[str, Any] = {
    "type": "object",
    "required": ["specversion", "id", "source", "type"],
    "properties": {
        "specversion": {"type": "string"},
        "id": {"type": "string"},
        "source": {"type": "string"},
        "type": {"type": "string"},
        "time": {"type": "string", "format": "date-time"},
        "data": ROW,
    },
}
RECORDS: dict[str, Any] = {
    "application/json": {"type": "array", "items": ROW},
    "application/x-ndjson": {"type": "string", "description": "One object on each line."},
    "application/cloudevents-batch+json": {"type": "array", "items": CLOUD_EVENT},
}
"""Bodies of usage by their type."""
