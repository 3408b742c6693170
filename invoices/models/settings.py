"""To whom an account's invoices are addressed."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Account


class BillingProfile(models.Model):
    """The recipient of one account's documents. Without one, the account's own names are used."""

    account = models.OneToOneField(Account, models.PROTECT, related_name="billing_profile")
    company = models.CharField(_("company"), max_length=200)
    department = models.CharField(_("department"), max_length=200, blank=True)
    contact = models.CharField(_("contact person"), max_length=200, blank=True)
    address = models.TextField(_("address"), blank=True)
    email = models.EmailField(_("billing e-mail"), blank=True)
    country = models.CharField(_("country"), max_length=2, default="JP")
    language = models.CharField(
        _("language"), max_length=2, default="ja", choices=[("ja", "日本語"), ("en", "English")]
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("billing profile")
        verbose_name_plural = _("billing profiles")
        ordering = ["account"]

    def __str__(self) -> str:
        return self.company
