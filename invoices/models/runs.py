"""Month ends: one run per month, one item per billing account and coverage."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from billing_portal.common.fields import MonthField
from billing_portal.common.leases import Leased
from invoices.choices import ItemState
from usage.choices import Coverage


class BillingRun(models.Model):
    """One month end. `issue_date` is fixed when it opens, so that a run cut short goes on alike."""

    month = MonthField(_("month"))
    issue_date = models.DateField(_("issue date"))
    created_at = models.DateTimeField(_("created at"))
    created_by = models.CharField(_("created by"), max_length=254, blank=True)

    class Meta:
        verbose_name = _("billing run")
        verbose_name_plural = _("billing runs")
        ordering = ["-month"]
        constraints = [models.UniqueConstraint(fields=["month"], name="billing_run_month_unique")]
        permissions = [("approve_billingrun", _("Can approve a month end"))]

    def __str__(self) -> str:
        return str(self.month)


class RunItem(Leased):
    """One billing account and coverage of a run: `pending → proposed → approved → closed | parked`.

    `problems` says why it is parked, `digest` names the proposed bill that staff see and approve.
    `prepared_by` opened, retried or sent it back last; `note` says why it was sent back.
    """

    run = models.ForeignKey(BillingRun, models.PROTECT, related_name="items")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    state = models.CharField(
        _("state"), max_length=8, choices=ItemState.choices, default=ItemState.PENDING
    )
    problems = models.JSONField(_("problems"), default=list, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    prepared_by = models.CharField(_("prepared by"), max_length=254, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=254, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("account of a run")
        verbose_name_plural = _("accounts of a run")
        ordering = ["run", "account", "coverage"]
        constraints = [
            models.UniqueConstraint(fields=["run", "account", "coverage"], name="run_item_unique"),
        ]
        indexes = [models.Index(fields=["state", "run"], name="run_item_state")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.coverage}"
