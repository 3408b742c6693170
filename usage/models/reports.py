"""Usage reports: what a month was, as it was known on the third business day, for ever."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.choices import BusinessModel
from accounts.models import Account
from billing_portal.common.fields import MonthField
from billing_portal.common.frozen import frozen
from billing_portal.common.leases import Leased
from usage.metering.figures import Figures

LONGEST_FILE = 200
GREATEST = 2**63 - 1
"""What a column can sort by; figures themselves are whole numbers of any size."""


class ReportDue(Leased):
    """A report that is still to be made; the row goes when the report comes."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    month = MonthField(_("month"))

    class Meta:
        verbose_name = _("report to make")
        verbose_name_plural = _("reports to make")
        constraints = [
            models.UniqueConstraint(fields=["account", "month"], name="report_due_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.month}"


@frozen()
class UsageReport(models.Model):
    """The month of a billing account and of all that it was billed for. Nothing changes it.

    `package` is how its service package stood at the end of the month, or None. The files are
    gzipped CSV in the file storage; each account's rows are a gzip member of their own, so that a
    part of a file is a file (usage/services/reports/files.py).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="usage_reports", verbose_name=_("account")
    )
    month = MonthField(_("month"))
    made_at = models.DateTimeField(_("made at"))
    package = models.JSONField(_("service package"), null=True)
    active_file = models.CharField(_("active devices"), max_length=LONGEST_FILE)
    updates_file = models.CharField(_("firmware updates"), max_length=LONGEST_FILE)

    class Meta:
        verbose_name = _("usage report")
        verbose_name_plural = _("usage reports")
        ordering = ["-month", "account"]
        constraints = [
            models.UniqueConstraint(fields=["account", "month"], name="usage_report_unique"),
        ]
        indexes = [models.Index(fields=["month"], name="usage_report_month")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.month}"


@frozen()
class UsageReportRow(models.Model):
    """One account in a report: itself, and together with all below it (rules.md Q55, Q57).

    Names, business model and attributes are as they were when the report was made. `is_listed` is
    False for tenants of a month without a service package: they see their own row, nobody lists it.
    `figures` are the account's own; `together` those of it and all below it, a device that moved
    counted once, or None where nothing is below. `…_order` repeat figures for sorting. `…_from`
    and `…_size` say where in the report's files the account's rows are.
    """

    report = models.ForeignKey(UsageReport, models.PROTECT, related_name="rows", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    key = models.CharField(_("account id"), max_length=64)
    team_name = models.CharField(_("team name"), max_length=200)
    organization = models.CharField(_("organization"), max_length=200, blank=True)
    business_model = models.CharField(
        _("business model"), max_length=16, choices=BusinessModel.choices
    )
    is_listed = models.BooleanField()
    attributes = models.JSONField(_("attributes"))
    figures = models.JSONField()
    together = models.JSONField(null=True)
    active_devices = models.BigIntegerField(_("active devices"))
    updates_order = models.BigIntegerField()
    calls_order = models.BigIntegerField()
    active_from = models.BigIntegerField()
    active_size = models.BigIntegerField()
    updates_from = models.BigIntegerField()
    updates_size = models.BigIntegerField()

    class Meta:
        verbose_name = _("account in a usage report")
        verbose_name_plural = _("accounts in a usage report")
        ordering = ["report", "team_name", "key"]
        constraints = [
            models.UniqueConstraint(fields=["report", "account"], name="usage_report_row_unique"),
        ]
        indexes = [
            models.Index(fields=["report", "team_name", "key"], name="usage_report_row_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.key}"

    @property
    def own(self) -> Figures:
        return Figures.read(self.figures)

    @property
    def whole(self) -> Figures:
        """The figures of the account and all below it."""
        return Figures.read(self.together or self.figures)

    @property
    def counts_calls(self) -> bool:
        return self.business_model == BusinessModel.API_CALLS
