"""Credit points: what staff granted, and where it went. One point is one yen (rules.md Q45)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Account
from billing_portal.common.frozen import frozen
from invoices.choices import PointEntryKind
from invoices.models.documents import Invoice


@frozen()
class PointGrant(models.Model):
    """Points given at once, usable through `expires_on`; what is left is the sum of its entries."""

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="point_grants", verbose_name=_("account")
    )
    points = models.BigIntegerField(_("points"))
    granted_at = models.DateTimeField(_("granted at"))
    expires_on = models.DateField(_("usable through"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("grant of credit points")
        verbose_name_plural = _("grants of credit points")
        ordering = ["account", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(points__gte=1), name="point_grant_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.pk}"


@frozen()
class PointEntry(models.Model):
    """One movement of a grant; nothing changes or removes it.

    `left` is what the grant holds after it: with its check, and `number` unique in the grant, two
    processes that both forgot the lock could not spend the same point.
    """

    grant = models.ForeignKey(
        PointGrant, models.PROTECT, related_name="entries", db_index=False, verbose_name=_("grant")
    )
    number = models.PositiveIntegerField(pgettext_lazy("entry", "number"))
    kind = models.CharField(_("kind"), max_length=10, choices=PointEntryKind.choices)
    amount = models.BigIntegerField(_("points"))
    left = models.BigIntegerField(_("left"))
    invoice = models.ForeignKey(
        Invoice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="point_entries",
        verbose_name=_("document"),
    )
    at = models.DateTimeField(_("at"))
    actor = models.CharField(_("who"), max_length=254, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("entry of credit points")
        verbose_name_plural = _("entries of credit points")
        ordering = ["grant", "number"]
        constraints = [
            models.UniqueConstraint(fields=["grant", "number"], name="point_entry_number_unique"),
            models.UniqueConstraint(
                fields=["grant", "invoice"],
                condition=models.Q(kind=PointEntryKind.USE),
                name="point_entry_one_use_per_document",
            ),
            models.CheckConstraint(
                condition=models.Q(left__gte=0), name="point_entry_left_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id}/{self.number}"
