"""What facts say about devices and accounts, added up as they come in (rules.md Q53, Q54, Q58).

Both tables are kept in the transaction that stores the facts and can be rebuilt from them. They
carry no foreign keys in the database, as the facts do not: intake proves the references.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from billing_portal.common.fields import ExactField, MonthField
from usage.models.devices import Device
from usage.models.records import Meter

TOTAL_DIGITS = 38


class DeviceActivity(models.Model):
    """That a device was seen in a month while it was an account's, and whether it was active.

    `account` is the owner at the instant of the facts, so a device that moved has a row for each
    (rules.md Q57). The first four instants are those of facts. `…_known_at` is when the intake by
    which the device first counted began to store it: what is later than a frozen report came too
    late for it. What was being stored while the report was made may seem to be in time for it; the
    figures beside the report, which compare what is known now, tell of that too.
    """

    account = models.ForeignKey(
        Account, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    device = models.ForeignKey(
        Device, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    month = MonthField(_("month"))
    first_active_at = models.DateTimeField(null=True)
    last_active_at = models.DateTimeField(null=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    active_known_at = models.DateTimeField(null=True)
    seen_known_at = models.DateTimeField()

    class Meta:
        verbose_name = _("activity of a device")
        verbose_name_plural = _("activity of devices")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "month", "device"], name="device_activity_unique"
            ),
        ]
        indexes = [
            # All that reports of active devices read, in the order in which they list them.
            models.Index(
                fields=["account", "month", "device", "first_active_at"],
                condition=models.Q(first_active_at__isnull=False),
                name="device_activity_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.month} {self.device_id}"


class AccountDay(models.Model):
    """What one meter counted of an account on one UTC day, in each way in which meters fold.

    `last_quantity` is of the latest fact; of facts at the same instant it is the greatest, so that
    the order in which they came does not matter.
    """

    account = models.ForeignKey(
        Account, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    meter = models.ForeignKey(
        Meter, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    day = models.DateField(_("day"))
    total = ExactField(max_digits=TOTAL_DIGITS, decimal_places=0)
    last_at = models.DateTimeField()
    last_quantity = models.BigIntegerField()
    greatest = models.BigIntegerField()

    class Meta:
        verbose_name = _("usage of an account by day")
        verbose_name_plural = _("usage of accounts by day")
        constraints = [
            models.UniqueConstraint(fields=["account", "meter", "day"], name="account_day_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.meter_id} {self.day}"
