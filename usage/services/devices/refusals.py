"""What is refused of one change and of many alike, in the same words."""

from datetime import datetime

from django.utils.translation import gettext as _

from billing_portal.common.periods import Month
from usage.services.devices.reach import DeviceRefused


class DeviceNotThere(DeviceRefused):
    """The device has no owner yet at that instant."""

    def __init__(self, key: str, since: datetime) -> None:
        super().__init__(
            _("Device %(key)s has no owner yet on %(since)s. Choose a later instant.")
            % {"key": key, "since": since.isoformat()}
        )


class MoveNotAtMidnight(DeviceRefused):
    """Another account would be billed from an instant within a day."""

    def __init__(self, key: str, instant: datetime) -> None:
        super().__init__(
            _(
                "Device %(key)s would be billed to another account from %(since)s."
                " Move it at 00:00 UTC of a day."
            )
            % {"key": key, "since": instant.isoformat()}
        )


class PointClosed(DeviceRefused):
    """Another value was set for the same instant, and a bill was closed on it."""

    def __init__(self, key: str, since: datetime, month: Month) -> None:
        super().__init__(
            _(
                "Device %(key)s already changes on %(since)s, and %(month)s was closed on it."
                " Choose another instant."
            )
            % {"key": key, "since": since.isoformat(), "month": month}
        )
