"""Files that a page hands over while they are made."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from billing_portal.common import csvfile


def attachment(
    pieces: Iterable[bytes], *, name: str, content_type: str = csvfile.CONTENT_TYPE
) -> StreamingHttpResponse:
    """Send a file piece by piece under its name.

    Its first two pieces are made before the headers, as the first one of a CSV is only its BOM:
    what cannot be read is an error with its page, not half a file.
    """
    rest = iter(pieces)
    first = list(islice(rest, 2))
    response = StreamingHttpResponse(_all(first, rest), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _all(first: Iterable[bytes], rest: Iterable[bytes]) -> Iterator[bytes]:
    yield from first
    yield from rest
