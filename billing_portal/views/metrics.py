"""Figures for Prometheus: of the web processes together, and of the work that waits."""

import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from accounts.selectors import health as people
from billing_portal.common import clock
from invoices.selectors import health as billing
from usage.selectors import health as intake

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures, for who brings the token; for anybody else there is no such page."""
    given = request.headers.get("authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not secrets.compare_digest(given.encode(), wanted.encode()):
        raise Http404
    ours = CollectorRegistry()
    ours.register(Waiting(clock.now()))
    text = generate_latest(_web()) + generate_latest(ours)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


class Waiting(Collector):
    """What the database says of work and intake at one instant."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        yield _gauge("meisai_runs", "Month ends under way.", billing.unfinished_runs())
        yield _gauge("meisai_unapproved", "Accounts to approve.", billing.unapproved_accounts())
        yield _gauge("meisai_parked", "Accounts parked.", billing.parked_accounts())
        yield _gauge("meisai_reports_due", "Usage reports to make.", intake.reports_due())
        yield _family(
            GaugeMetricFamily("meisai_jobs", "Jobs that are not done.", labels=["state"]),
            people.unfinished_jobs().items(),
        )
        yield _family(
            GaugeMetricFamily(
                "meisai_oldest_due_seconds", "How long the oldest has been due.", labels=["work"]
            ),
            [
                ("rendering", self._age(billing.oldest_due_rendering()) or 0),
                ("mail", self._age(people.oldest_due_mail()) or 0),
            ],
        )
        yield _family(
            CounterMetricFamily("meisai_import_rows", "Rows taken in.", labels=["outcome"]),
            intake.imported_rows().items(),
        )
        silent = self._age(people.last_heartbeat())
        if silent is not None:  # without a worker there is no age that would be true
            yield _gauge("meisai_worker_heartbeat_age_seconds", "Silence of workers.", silent)

    def _age(self, since: datetime | None) -> float | None:
        return None if since is None else max((self.now - since).total_seconds(), 0.0)


def _web() -> CollectorRegistry:
    """The figures of this process, or of all processes that share a folder for them."""
    if MULTIPROCESS not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _family(
    family: GaugeMetricFamily | CounterMetricFamily, values: Iterable[tuple[str, float]]
) -> Metric:
    for label, value in values:
        family.add_metric([label], value)
    return family
