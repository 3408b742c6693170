"""Customer organisations and the tree they form."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.choices import BusinessModel
from accounts.models.contact import Contact
from billing_portal.common.history import HistoricalRecords


class Account(Contact):
    """One customer organisation. Ended, never deleted."""

    key = models.CharField(_("key"), max_length=64, help_text=_("The organisation key (orgKey)."))
    team_name = models.CharField(_("team name"), max_length=200)
    organization = models.CharField(_("organization"), max_length=200, blank=True)
    business_model = models.CharField(
        _("business model"),
        max_length=16,
        choices=BusinessModel.choices,
        default=BusinessModel.ACTIVE_DEVICES,
    )
    features_enabled = models.BooleanField(_("features enabled"), default=True)
    second_factor_required = models.BooleanField(
        _("second factor required"),
        default=False,
        help_text=_("Everybody of this account then signs in with a second factor."),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="account_key_unique",
                violation_error_message=_("Another account has this key."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_name} ({self.key})"


class Placement(models.Model):
    """Where an account stands in the tree from a month on, and whether it is billed itself.

    Both are one change point, dated by the first of a month, because a move within a month would
    leave its bill with two payers (design.md §2).
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="placements")
    since = models.DateField(_("since"), help_text=_("The first day of a month."))
    parent = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="child_placements"
    )
    is_billing = models.BooleanField(_("billing account"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["account", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "since"],
                name="placement_unique",
                violation_error_message=_("This account already has a placement from that day."),
            ),
            models.CheckConstraint(
                condition=models.Q(since__day=1),
                name="placement_since_first_of_month",
                violation_error_message=_("An account moves on the first day of a month only."),
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("account")),
                name="placement_not_below_itself",
                violation_error_message=_("An account cannot stand below itself."),
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=False) | models.Q(is_billing=True),
                name="placement_root_is_billing",
                violation_error_message=_("An account without a parent is billed itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} since {self.since}"
