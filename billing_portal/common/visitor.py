"""Where a request comes from."""

from django.conf import settings
from django.http import HttpRequest

NOWHERE = "0.0.0.0"  # noqa: S104 - no address to listen at: a server behind a socket knows none


def ip_address(request: HttpRequest) -> str:
    """The address of the visitor; behind a proxy the one that the proxy saw.

    Only the last part of the header is the proxy's own word; what stands before it came with the
    request.
    """
    if settings.BEHIND_PROXY:
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR") or NOWHERE)
