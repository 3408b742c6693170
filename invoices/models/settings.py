"""How an account pays, by coverage and month, and to whom its documents are addressed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from billing_portal.common.fields import MonthField
from billing_portal.common.history import HistoricalRecords
from invoices.choices import ApplicationState, Delivery, PaymentMethod
from usage.choices import Coverage


class Addressee(models.Model):
    """To whom documents go, and in which language; `country` decides the tax (rules.md Q38)."""

    company = models.CharField(_("company"), max_length=200)
    department = models.CharField(_("department"), max_length=200, blank=True)
    contact = models.CharField(_("contact person"), max_length=200, blank=True)
    address = models.TextField(_("address"), blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    email = models.EmailField(_("billing e-mail"), blank=True)
    delivery = models.CharField(
        _("delivery"), max_length=8, choices=Delivery.choices, default=Delivery.EMAIL
    )
    country = models.CharField(_("country"), max_length=2, default="JP")
    language = models.CharField(
        _("language"), max_length=2, default="ja", choices=[("ja", "日本語"), ("en", "English")]
    )

    class Meta:
        abstract = True


class BillingProfile(Addressee):
    """The recipient of documents. One may serve both coverages of its account (`PaymentSetting`).

    Without one, the account's own names are used.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="billing_profiles")

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("billing profile")
        verbose_name_plural = _("billing profiles")
        ordering = ["account", "id"]

    def __str__(self) -> str:
        return self.company


class PaymentSetting(models.Model):
    """Which invoice details one coverage of an account has; merged ones share theirs."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="payment_settings")
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    profile = models.ForeignKey(BillingProfile, models.PROTECT, related_name="settings")

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("payment setting")
        verbose_name_plural = _("payment settings")
        ordering = ["account", "coverage"]
        constraints = [
            models.UniqueConstraint(fields=["account", "coverage"], name="payment_setting_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.coverage}"


class MethodPoint(models.Model):
    """From a month on a coverage is paid by card or by invoice; by card before the first point.

    Documents follow the method of the month that they bill, and the fee of switching belongs to
    the month in which invoice payment takes effect (rules.md Q44).
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    since = MonthField(_("since"))
    method = models.CharField(_("payment method"), max_length=8, choices=PaymentMethod.choices)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")
        ordering = ["account", "coverage", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "coverage", "since"], name="method_point_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.coverage} {self.since} {self.method}"


class MergePoint(models.Model):
    """From a month on both coverages of an account are, or are not, on one document (Q42)."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    since = MonthField(_("since"))
    merged = models.BooleanField(_("merged"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("merge of invoices")
        verbose_name_plural = _("merges of invoices")
        ordering = ["account", "since"]
        constraints = [
            models.UniqueConstraint(fields=["account", "since"], name="merge_point_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.since} {self.merged}"


class InvoiceApplication(Addressee):
    """A customer's request to pay one coverage by invoice, and what staff decided."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="invoice_applications")
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ApplicationState.choices,
        default=ApplicationState.REQUESTED,
    )
    requested_by = models.CharField(_("requested by"), max_length=254)
    requested_at = models.DateTimeField(_("requested at"))
    decided_by = models.CharField(_("decided by"), max_length=254, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("application for invoice payment")
        verbose_name_plural = _("applications for invoice payment")
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "coverage"],
                condition=models.Q(state=ApplicationState.REQUESTED),
                name="application_open_unique",
                violation_error_message=_("There is an open application already."),
            ),
        ]
        indexes = [models.Index(fields=["state", "requested_at"], name="application_state")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.coverage} {self.state}"
