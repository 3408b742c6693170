"""How much a request may bring: told by its length before it is read, else counted on the way."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.core.handlers.wsgi import LimitedStream
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

TOO_LARGE = 413
ROOM = 16 << 20
"""Bytes that a request without a length may have besides its files."""

OF_STRANGERS = 1 << 20
"""Bytes of files that somebody may send who is not signed in: there is no page for it."""


def limit_in_mib() -> int:
    """The limit as people set it."""
    return int(settings.UPLOAD_LIMIT) >> 20


def was_cut(request: HttpRequest) -> bool:
    """Say whether reading stopped at the limit; then the files of the request are not whole."""
    return bool(request.META.get(_CUT))


def too_large(request: HttpRequest) -> HttpResponse:
    """The page that says so."""
    return render(request, "413.html", {"limit": limit_in_mib()}, status=TOO_LARGE)


class FileInput(forms.ClearableFileInput):
    """Lets the browser say what is too large before it sends it."""

    class Media:
        js = ("js/uploads.js",)

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        text = _("The limit is %(limit)s MiB. Send less at once, or pack the files with gzip.")
        attrs = super().build_attrs(*args, **kwargs)
        attrs["data-most"] = settings.UPLOAD_LIMIT
        attrs["data-too-large"] = text % {"limit": limit_in_mib()}
        return attrs


class UploadLimit:
    """Refuses a request that is larger than the limit, before anything of it is read.

    It stands before the middleware that looks for a token in what was posted.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _has_no_length(request):
            _read_to_limit(request)
        response = self._get_response(request)
        return too_large(request) if was_cut(request) else response

    def process_view(self, request: HttpRequest, view: Any, *_rest: Any) -> HttpResponse | None:
        """Look at the length when the person is known, for the page that says no.

        APIs count what they read, and say it in words of their own.
        """
        if getattr(view, "counts_body", False):
            return None
        if not was_cut(request) and _length(request) > settings.UPLOAD_LIMIT + ROOM:
            return too_large(request)
        return None


class Counting(FileUploadHandler):
    """Stops in the middle of what turns out to be too large. It stands before the handlers that
    keep what comes.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        person = getattr(request, "user", None)
        known = person is not None and person.is_authenticated
        self._left = int(settings.UPLOAD_LIMIT) if known else OF_STRANGERS

    def receive_data_chunk(self, raw_data: bytes, _start: int) -> bytes:
        self._left -= len(raw_data)
        if self._left < 0:
            if self.request is not None:
                self.request.META[_CUT] = True
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""


_CUT = "meisai.upload_was_cut"


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _has_no_length(request: HttpRequest) -> bool:
    """Sent in pieces, with the server knowing where it ends."""
    return not request.META.get("CONTENT_LENGTH") and bool(
        request.META.get("wsgi.input_terminated")
    )


def _read_to_limit(request: HttpRequest) -> None:
    """Django takes a request without a length for one without content."""
    most = int(settings.UPLOAD_LIMIT) + ROOM
    request.META["CONTENT_LENGTH"] = str(most)
    request._stream = LimitedStream(request.META["wsgi.input"], most)  # type: ignore[assignment]
