"""The columns of the devices that were active in a month."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing_portal.common.reports.columns import InstantColumn, KeyColumn, TextColumn
from billing_portal.common.reports.tables import ReportTable
from usage.models import DeviceActivity


def evidence(record: DeviceActivity) -> str | None:
    """Why it was counted; of a tenant that has left, its devices are its own business."""
    if not getattr(record, "is_seen", False):
        return None
    address = reverse("device-activity", args=[record.device.key])
    return f"{address}?month={record.month.iso}"


class ActiveDeviceTable(ReportTable):
    """In the order of accounts and devices, in which they can be found however many there are."""

    device = KeyColumn(verbose_name=_("Device id"), accessor="device__key", linkify=evidence)
    name = TextColumn(verbose_name=_("Name"))
    account = TextColumn(verbose_name=_("Account"), accessor="account__key")
    first_active_at = InstantColumn(verbose_name=_("First active (UTC)"))
    last_active_at = InstantColumn(verbose_name=_("Last active (UTC)"))
    active_known_at = InstantColumn(verbose_name=_("Known since (UTC)"))

    class Meta:
        model = DeviceActivity
        fields = ()
        orderable = False
        sequence = (
            "device",
            "name",
            "account",
            "first_active_at",
            "last_active_at",
            "active_known_at",
        )
