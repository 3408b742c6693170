"""Whether the portal and everything that it stands on works: for load balancers and monitors."""

import io
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from contextlib import ExitStack
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import Error, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection

from accounts.selectors.health import last_heartbeat
from billing_portal.common import clock, frozen

SECONDS = 3
"""So long may each check take; a connection to the database has a limit of its own in settings."""
_LIMIT = f"{SECONDS}s"


class Unwell(Exception):
    """What is wrong, in words that tell a stranger nothing of addresses or secrets."""


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 if all is well, else 503; `?only=database,files` asks for these checks alone."""
    wished = [name for name in request.GET.get("only", "").split(",") if name in CHECKS]
    found = {name: _outcome(CHECKS[name]) for name in wished or CHECKS}
    well = all(text == "ok" for text in found.values())
    return JsonResponse({"ok": well, "checks": found}, status=200 if well else 503)


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def broker() -> None:
    _in_time(_reach_broker)


def worker() -> None:
    heard = last_heartbeat()
    if heard is None:
        raise Unwell("No worker has been heard of yet.")
    silent = clock.now() - heard
    if silent > timedelta(seconds=settings.HEARTBEAT_SECONDS):
        raise Unwell(f"No worker has been heard of for {silent.total_seconds():.0f} seconds.")


def triggers() -> None:
    if missing := frozen.missing(connection):
        raise Unwell(f"{len(missing)} triggers are missing: run manage.py migrate.")


def files() -> None:
    _in_time(_write_file)


CHECKS: dict[str, Callable[[], None]] = {
    check.__name__: check for check in (database, broker, worker, triggers, files)
}


def _outcome(check: Callable[[], None]) -> str:
    try:
        with ExitStack() as stack:
            if connection.vendor == "postgresql":
                stack.enter_context(transaction.atomic())
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('statement_timeout', %s, true)", [_LIMIT])
            check()
    except Unwell as problem:
        return str(problem)
    except Error:
        return "The database cannot be reached."
    return "ok"


def _in_time(work: Callable[[], None]) -> None:
    """Do what may hang, such as a network; what fails or takes too long is not well."""
    pool = ThreadPoolExecutor(1)
    try:
        pool.submit(work).result(SECONDS)
    except TooLate:
        raise Unwell(f"It takes longer than {SECONDS} seconds.") from None
    except Exception as problem:
        raise Unwell(f"It cannot be reached ({type(problem).__name__}).") from problem
    finally:
        pool.shutdown(wait=False)


def _reach_broker() -> None:
    with Connection(
        settings.CELERY_BROKER_URL, transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS
    ) as link:
        link.ensure_connection(max_retries=1, interval_start=0, interval_step=0)


def _write_file() -> None:
    name = default_storage.save(f"health/{uuid.uuid4()}", File(io.BytesIO(b"ok")))
    default_storage.delete(name)
