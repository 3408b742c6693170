"""JSON as it goes over the wire: exact numbers out, bodies of limited size in."""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import IO, Any, NoReturn

import simplejson
from django.http import UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from billing_portal.common import money
from billing_portal.common.api.problems import TooLarge

PIECE = 1 << 16
BODY_LIMIT = 1 << 20
"""Bytes of a body, unpacked, unless a view takes more."""
READ_AWAY = 128 << 20
"""Bytes that nobody wants and that are read all the same."""
GZIP = 47
"""A gzip or zlib header, whichever there is."""


class JsonRenderer(BaseRenderer):
    """Writes a Decimal as a JSON number with all of its digits and no others."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        if data is None:
            return b""
        text = simplejson.dumps(
            data, use_decimal=False, default=_exact, ensure_ascii=False, separators=(",", ":")
        )
        return text.encode()


class JsonBody(BaseParser):
    """Reads JSON whatever the request calls it: clients send any type or none, and no body."""

    media_type = "*/*"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        request: Request = parser_context["request"]
        raw = b"".join(body(request, limit=BODY_LIMIT)).strip()
        if not raw:
            return {}
        try:
            return json.loads(raw, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not JSON.")) from error


class AlwaysJson(BaseContentNegotiation):
    """Clients of the documented systems ask for any type and get JSON."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], str(renderers[0].media_type)


def body(request: Request, *, limit: int) -> Iterator[bytes]:
    """The bytes of a request in pieces, unpacked if it is gzipped; at most `limit` of them.

    Raises TooLarge before more than that is in memory, and ParseError for gzip that is damaged.
    """
    pieces = _read(request)
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding == "gzip":
        pieces = _unpacked(pieces)
    elif encoding not in {"", "identity"}:
        raise ParseError(_("Content-Encoding can be gzip."))
    taken = 0
    for piece in pieces:
        taken += len(piece)
        if taken > limit:
            said = _("The body has more than %(limit)d bytes. Send it in parts.")
            raise TooLarge(said % {"limit": limit})
        yield piece


def read_away(request: Request) -> None:
    """Read what is left of a body when the answer is there, up to a bound.

    A web server that closes a connection on which bytes wait resets it, and a client that is still
    sending then never sees that its token has ended, or that the body is too large.
    """
    left = READ_AWAY
    with suppress(UnreadablePostError):
        for piece in _read(request):
            left -= len(piece)
            if left < 0:
                return


def _read(request: Request) -> Iterator[bytes]:
    while piece := request._request.read(PIECE):
        yield piece


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack members of gzip one after the other, a little at a time: a bomb stays small."""
    unpacker, begun = zlib.decompressobj(GZIP), False
    try:
        for piece in pieces:
            left = piece
            while left:
                if unpacker.eof:
                    unpacker = zlib.decompressobj(GZIP)
                begun = True
                yield unpacker.decompress(left, PIECE)
                left = unpacker.unconsumed_tail or unpacker.unused_data
    except zlib.error as error:
        raise ParseError(_("The body is not gzip.")) from error
    if begun and not unpacker.eof:
        raise ParseError(_("The gzip ends in the middle."))


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        return simplejson.RawJSON(money.plain(value))
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON.")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
