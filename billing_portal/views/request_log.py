"""One line in the log for each request: which page, for whom by id, how it ended."""

import re
import time
import uuid

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

HEADER = "X-Request-ID"
# What a proxy may hand in as the id of a request; anything else is replaced by one of our own.
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestLog(RequestMiddleware):
    """Names the page by its pattern and not by its address, which may hold keys and names."""

    def prepare(self, request: HttpRequest) -> None:
        given = request.headers.get(HEADER, "")
        request_id = given if _ID.fullmatch(given) else str(uuid.uuid4())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        request.META["meisai.began"] = time.monotonic()

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response[HEADER] = structlog.contextvars.get_contextvars()["request_id"]
        milliseconds = round((time.monotonic() - request.META["meisai.began"]) * 1000)
        structlog.contextvars.bind_contextvars(duration_ms=milliseconds)
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        match = request.resolver_match
        return f"{request.method} {'(no page)' if match is None else '/' + match.route}"
