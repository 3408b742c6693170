"""What the page of an account and the overview say about devices and usage."""

from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Account
from billing_portal.common.staff import ACCOUNT_FACTS, NEEDS, Fact, Need, link, page_of
from usage.choices import ImportState, MonthState, Status
from usage.models import AccountMonth, DeviceNow, Import

RECENT = timedelta(days=7)


def _devices(account: Account) -> SafeString | str:
    counts = dict(
        DeviceNow.objects.filter(account=account)
        .order_by()
        .values_list("status")
        .annotate(Count("pk"))
    )
    if not counts:
        return str(_("none"))
    name, key = "usage_device_changelist", account.key
    words = dict(Status.choices)
    links = [(link(f"{sum(counts.values()):,}", name, account=key),)]
    for status, count in sorted(counts.items()):
        if status:
            query = {"account": key, "present__status__exact": status}
            links.append((link(f"{words[status]}: {count:,}", name, **query),))
    return format_html_join(" · ", "{}", links)


def _open_months(account: Account) -> SafeString | str:
    months = AccountMonth.objects.filter(account=account, state=MonthState.OPEN)
    rows = [
        (month.month, month.get_coverage_display())
        for month in months.order_by("month", "coverage")[:24]
    ]
    return format_html_join(", ", "{} {}", rows) or str(_("none"))


def _refused(now: datetime) -> int:
    return Import.objects.filter(state=ImportState.REFUSED, started_at__gte=now - RECENT).count()


def _with_rejected_rows(now: datetime) -> int:
    recent = Import.objects.filter(started_at__gte=now - RECENT)
    return recent.exclude(rejected_file="").count()


def _imports(now: datetime, **query: str) -> str:
    return page_of("usage_import_changelist", started_at__gte=now - RECENT, **query)


ACCOUNT_FACTS += [
    Fact(_("devices"), "usage.view_device", _devices),
    Fact(_("open months"), "usage.view_accountmonth", _open_months),
]
NEEDS += [
    Need(
        "usage.view_import",
        _refused,
        lambda count: ngettext(
            "%(count)d file was refused in the last seven days.",
            "%(count)d files were refused in the last seven days.",
            count,
        ),
        lambda now: _imports(now, state__exact=ImportState.REFUSED.value),
        "problem",
    ),
    Need(
        "usage.view_import",
        _with_rejected_rows,
        lambda count: ngettext(
            "%(count)d file of the last seven days has rows that were not taken in.",
            "%(count)d files of the last seven days have rows that were not taken in.",
            count,
        ),
        lambda now: _imports(now, rejected_file__contains="/"),
    ),
]
