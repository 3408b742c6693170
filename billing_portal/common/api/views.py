"""The base of every address of an API: JSON, errors in the words of its dialect, and a language."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.core.signals import got_request_exception
from django.utils import translation
from django.views.decorators.gzip import gzip_page
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from billing_portal.common.api.problems import Problem, problem_of
from billing_portal.common.api.wire import AlwaysJson, JsonBody, JsonRenderer, read_away

LANGUAGE = "X-Soracom-Lang"
OURS = 500


class DialectView(APIView):
    """An address of one dialect. `limit` names the setting that says how often it may be asked.

    For the reference: `topic` is its heading, `problem` the form of what goes wrong, `servers` say
    where else the address is, and WITHIN_200 what goes wrong without a status of its own.
    """

    limit: ClassVar[str] = "read"
    topic: ClassVar[str]
    problem: ClassVar[type[Serializer[Any]]]
    servers: ClassVar[list[dict[str, str]]] = []
    WITHIN_200: ClassVar[frozenset[int]] = frozenset()
    parser_classes = (JsonBody,)
    renderer_classes = (JsonRenderer,)
    content_negotiation_class = AlwaysJson
    metadata_class = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        view: Any = gzip_page(super().as_view(**initkwargs))
        view.counts_body = True  # billing_portal/common/uploads.py
        return view

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        asked = request.headers.get(LANGUAGE, "").lower()
        if asked in dict(settings.LANGUAGES):
            translation.activate(asked)
        super().initial(request, *args, **kwargs)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        read_away(request)
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        return final

    def say(self, problem: Problem) -> Any:
        """Write a problem as the clients of the dialect expect it."""
        raise NotImplementedError

    def get_exception_handler(self) -> Callable[[Exception, Any], Response]:
        return self._answer

    def _answer(self, error: Exception, _context: Any) -> Response:
        problem = problem_of(error)
        if problem.status >= OURS:
            got_request_exception.send(sender=type(self), request=self.request._request)
        return Response(self.say(problem), status=problem.status, headers=dict(problem.headers))


class Unknown(DialectView):
    """Every address below that of a dialect that it does not have."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound
