"""What customers were told of before it happens."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account


class PriceNotice(models.Model):
    """An account was told of the prices that begin on a day; once for each day."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="price_notices")
    since = models.DateField(_("since"))
    told_at = models.DateTimeField(_("told at"))

    class Meta:
        verbose_name = _("notice of new prices")
        verbose_name_plural = _("notices of new prices")
        ordering = ["-since", "account"]
        constraints = [
            models.UniqueConstraint(fields=["account", "since"], name="price_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.since}"
