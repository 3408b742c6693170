"""What can go wrong with a request, told apart once; each dialect then says it in its own form."""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status

logger = logging.getLogger(__name__)


class TooLarge(exceptions.APIException):
    """The body of a request has more bytes, or more rows, than is allowed."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class Unavailable(exceptions.APIException):
    """Not the caller's mistake: more work waits than can be taken on. `wait` is in seconds."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "busy"

    def __init__(self, detail: str, wait: int) -> None:
        super().__init__(detail)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is one of ours; `fields` has a message for each parameter that is wrong."""

    status: int
    code: str
    message: str
    fields: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def problem_of(error: Exception) -> Problem:
    """Tell what happened. What we did not expect is ours, and is logged with its traceback."""
    if isinstance(error, (Http404, ObjectDoesNotExist)):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        logger.error("an API request failed", exc_info=error)
        text = _("Something went wrong on our side. We have been told.")
        return Problem(status.HTTP_500_INTERNAL_SERVER_ERROR, "internal_error", text)
    headers = _headers(error)
    if isinstance(error, exceptions.ValidationError):
        fields = dict(_fields(error.detail))
        text = "; ".join(f"{name}: {said}" for name, said in fields.items())
        return Problem(error.status_code, "invalid", text, fields, headers)
    return Problem(error.status_code, error.default_code, str(error.detail), headers=headers)


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    challenge = getattr(error, "auth_header", None)
    if challenge:
        headers["WWW-Authenticate"] = challenge
    return headers


def _fields(detail: Any) -> list[tuple[str, str]]:
    """(name of the parameter, first message) of each that is wrong, in order."""
    if not isinstance(detail, Mapping):
        return [("body", _first(detail))]
    return [
        ("body" if name == "non_field_errors" else str(name), _first(said))
        for name, said in detail.items()
    ]


def _first(detail: Any) -> str:
    while isinstance(detail, (list, tuple, Mapping)):
        detail = next(iter(detail.values() if isinstance(detail, Mapping) else detail), "")
    return str(detail)
