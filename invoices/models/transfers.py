"""Money that came in by bank, and what customers have paid ahead."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from invoices.choices import Currency


class BankFile(models.Model):
    """A file of a bank that was read; the same bytes are read once."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("file name"), max_length=200)
    rows = models.PositiveIntegerField(_("rows"))
    known = models.PositiveIntegerField(_("rows known before"))
    read_at = models.DateTimeField(_("read at"))
    read_by = models.CharField(_("read by"), max_length=254)

    class Meta:
        verbose_name = _("bank file")
        verbose_name_plural = _("bank files")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class BankTransfer(models.Model):
    """One incoming transfer. `left_minor` is what is not assigned to a document or account yet.

    `fingerprint` tells it from every other: day, amount, name and text, and the how-manyth of
    them in its file, so that a file that overlaps another brings nothing twice.
    """

    file = models.ForeignKey(
        BankFile, models.PROTECT, null=True, blank=True, related_name="transfers",
        verbose_name=_("bank file"),
    )  # fmt: skip
    fingerprint = models.CharField(max_length=64, unique=True)
    day = models.DateField(_("day"))
    currency = models.CharField(
        _("currency"), max_length=3, choices=Currency.choices, default=Currency.JPY
    )
    amount_minor = models.BigIntegerField(_("amount"))
    left_minor = models.BigIntegerField(_("not assigned yet"))
    payer = models.CharField(_("payer"), max_length=200)
    text = models.CharField(_("text"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.CharField(_("recorded by"), max_length=254)

    class Meta:
        verbose_name = _("bank transfer")
        verbose_name_plural = _("bank transfers")
        ordering = ["-day", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=1), name="bank_transfer_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(left_minor__gte=0)
                & models.Q(left_minor__lte=models.F("amount_minor")),
                name="bank_transfer_left_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.payer}"


class PayerName(models.Model):
    """A name, folded, under which a bank told us of money of this account before."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="payer_names")
    name = models.CharField(_("payer"), max_length=200)

    class Meta:
        verbose_name = _("name of a payer")
        verbose_name_plural = _("names of payers")
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="payer_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerCredit(models.Model):
    """What an account has paid more than it owed, in one currency; the sum of its entries."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="customer_credits")
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    left_minor = models.BigIntegerField(_("left"), default=0)

    class Meta:
        verbose_name = _("credit of a customer")
        verbose_name_plural = _("credits of customers")
        ordering = ["account", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["account", "currency"], name="customer_credit_unique"),
            models.CheckConstraint(
                condition=models.Q(left_minor__gte=0), name="customer_credit_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.currency}"
