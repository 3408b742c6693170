"""Device plans that customers take by themselves (sources/004…)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from billing_portal.common.fields import ExactField
from billing_portal.common.frozen import frozen
from usage.models import Plan


@frozen()
class PlanPurchase(models.Model):
    """A device plan that an account took: from `since` on, for what the plan is for.

    Of several for the same coverage and kind of device the latest `since` holds, and of one instant
    the last one. `prices` are what was presented, each `{"up_to": 100, "net": "60", "gross": "66"}`
    for one device and month, without `up_to` in the last; what is charged is told by the catalogue.
    """

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="plan_purchases", verbose_name=_("account")
    )
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", verbose_name=_("plan"))
    since = models.DateTimeField(_("since"))
    prices = models.JSONField(_("prices"))
    tax_rate = ExactField(_("tax rate"))
    purchased_at = models.DateTimeField(_("purchased at"))
    purchased_by = models.CharField(_("purchased by"), max_length=254)

    class Meta:
        verbose_name = _("purchase of a device plan")
        verbose_name_plural = _("purchases of device plans")
        ordering = ["account", "since", "id"]
        indexes = [models.Index(fields=["account", "since"], name="plan_purchase_of_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.plan_id} {self.since:%Y-%m-%d}"
