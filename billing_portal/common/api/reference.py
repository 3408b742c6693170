"""The reference of the APIs: what each address takes and answers, as drf-spectacular reads it from
the views and their serializers. What a view cannot say by its code it says by `described`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers

Method = TypeVar("Method", bound=Callable[..., Any])
Answer = Any
"""A serializer that describes a body, a JSON schema, or None for no body."""

WRONG: dict[int, str] = {
    400: "Something in the request is wrong; the message says what.",
    401: "Nobody is signed in, or no longer.",
    403: "The key or the account may not do that.",
    404: "There is no such thing for this account.",
    413: "The body has too many bytes or rows.",
    429: "Too much at once. `Retry-After` says after how many seconds to send it again.",
}
"""What can go wrong, by status; the body is that of the dialect."""


def described(
    summary: str,
    answer: Answer = None,
    *,
    status: int = 200,
    also: Mapping[int, Answer] | None = None,
    wrong: Sequence[int] = (),
    takes: Any = None,
    asks: type[serializers.Serializer[Any]] | None = None,
) -> Callable[[Method], Method]:
    """Say of a method what it does and answers; what it `takes` as its body and `asks` as its
    query. `wrong` are statuses besides those that follow from the view.
    """
    return extend_schema(
        summary=summary,
        request=takes,
        parameters=[asks] if asks else [],
        responses={status: answer, **(also or {}), **{one: WRONG[one] for one in wrong}},
    )


@extend_schema_field({"type": "number"})
class Amount(serializers.Field[Any, Any, Any, Any]):
    """An exact decimal number."""


class Described(AutoSchema):
    """Reads what is the same for all views of a dialect from the view."""

    view: Any

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None and self.view.servers:
            operation["servers"] = self.view.servers
        return operation

    def get_operation_id(self) -> str:
        parts = re.findall(r"[\w-]+", self.path)
        return "_".join([self.method.lower(), *parts])

    def get_description(self, *_: Any) -> str:
        return ""

    def get_tags(self) -> list[str]:
        return [self.view.topic]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return isinstance(serializer, serializers.ListSerializer)

    def map_parsers(self) -> list[str]:
        return ["application/json"]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for status in self._wrong():
            bodies.setdefault(str(status), self._get_response_for_code(WRONG[status], str(status)))
        return dict(sorted(bodies.items()))

    def _get_response_for_code(
        self, serializer: Any, status_code: str, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        said = WRONG.get(int(status_code))
        if said is not None:
            serializer = OpenApiResponse(self.view.problem, description=said)
        found: dict[str, Any] = super()._get_response_for_code(  # type: ignore[no-untyped-call]
            serializer, status_code, *args, **kwargs
        )
        return found

    def _wrong(self) -> list[int]:
        """What can go wrong at any address that takes, asks or guards as this one does."""
        takes = self.get_request_serializer() is not None
        asks = bool(self.get_override_parameters())
        found = [400] * (takes or asks) + [413] * takes + [429]
        if self.view.permission_classes:
            found += [401] + [403] * (self.view.scope(self.method) is not None)
        return [status for status in found if status not in self.view.WITHIN_200]


def once(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Leave out addresses that another coverage has too: they are said as its server."""
    return [one for one in endpoints if not one[0].startswith("/g/")]
