"""The columns of the list of devices."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing_portal.common import csvfile
from billing_portal.common.reports.columns import InstantColumn, LinkColumn, TextColumn
from billing_portal.common.reports.tables import ReportTable
from usage.models import DeviceNow

SHOWN_TAGS = 4
CLIP = 40


class TagsColumn(tables.Column):
    """Tags as `name=value`; the page shows the first ones."""

    def render(self, value: dict[str, str]) -> SafeString:
        pairs = [(_cut(name), _cut(text)) for name, text in sorted(value.items())]
        shown = format_html_join("", "<li><bdi>{}</bdi>=<bdi>{}</bdi></li>", pairs[:SHOWN_TAGS])
        more = len(pairs) - SHOWN_TAGS
        rest = format_html('<li class="quiet">+{}</li>', more) if more > 0 else ""
        return format_html('<ul class="tags">{}{}</ul>', shown, rest)

    def value(self, value: dict[str, str]) -> str:
        return csvfile.guard("; ".join(f"{name}={text}" for name, text in sorted(value.items())))


class IdentifiersColumn(tables.Column):
    """Other numbers of the device, each with its kind."""

    def render(self, value: Any) -> SafeString:
        pairs = [(one.get_kind_display(), one.value) for one in value.all()]
        return format_html_join(
            "", '<div class="identifier"><span class="quiet">{}</span> <code>{}</code></div>', pairs
        )

    def value(self, value: Any) -> str:
        return csvfile.guard("; ".join(f"{one.kind}={one.value}" for one in value.all()))


class SelectColumn(tables.Column):
    """A box by which a device is chosen for the form below the list."""

    def render(self, value: str) -> SafeString:
        return format_html(
            '<input type="checkbox" name="device" value="{}" form="relabel" aria-label="{}">',
            value,
            gettext("Select %s") % value,
        )


class DeviceTable(ReportTable):
    """Devices as they are now."""

    select = SelectColumn(
        verbose_name=_("Select"), accessor="key", orderable=False, exclude_from_export=True
    )
    key = LinkColumn(verbose_name=_("Id"), to="device", by=("key",), mono=True)
    name = TextColumn(verbose_name=_("Name"))
    status = tables.Column(
        verbose_name=_("Status"), accessor="get_status_display", order_by="status"
    )
    status_since = InstantColumn(verbose_name=_("Since (UTC)"))
    kind = tables.Column(verbose_name=_("Kind"), accessor="get_kind_display", order_by="kind")
    identifiers = IdentifiersColumn(
        verbose_name=_("Other ids"), accessor="device__identifiers", orderable=False
    )
    plan = TextColumn(verbose_name=_("Plan"), accessor="plan__code")
    group = TextColumn(verbose_name=_("Group"))
    tags = TagsColumn(verbose_name=_("Tags"), orderable=False)
    account = TextColumn(verbose_name=_("Account"), accessor="account__key")
    coverage = tables.Column(
        verbose_name=_("Coverage"), accessor="get_coverage_display", order_by="coverage"
    )

    class Meta:
        model = DeviceNow
        fields = ()
        order_by = "key"
        sequence = (
            "key",
            "select",
            "name",
            "account",
            "status",
            "status_since",
            "group",
            "tags",
            "plan",
            "identifiers",
            "kind",
            "coverage",
        )


def _cut(text: str) -> str:
    return f"{text[:CLIP]}…" if len(text) > CLIP else text
