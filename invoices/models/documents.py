"""Legal documents: snapshots with a number, and the files made of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from billing_portal.common.fields import ExactField, MonthField
from billing_portal.common.frozen import frozen
from billing_portal.common.history import HistoricalRecords
from billing_portal.common.leases import Leased
from invoices.choices import (
    Currency,
    DocumentKind,
    DueRule,
    ExchangeDay,
    ExchangeMethod,
    FeeKind,
    RenderState,
    Rounding,
)
from invoices.models.bills import Bill
from usage.choices import Coverage


class Issuer(models.Model):
    """The seller: what stands on its documents and how it rounds."""

    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    address = models.TextField(_("address"))
    address_en = models.TextField(_("address in English"), blank=True)
    registration_number = models.CharField(
        _("registration number"), max_length=14, blank=True, help_text=_("T and 13 digits.")
    )
    bank_account = models.TextField(_("bank account"), blank=True)
    contact = models.CharField(_("contact"), max_length=254, blank=True)
    rounding = models.CharField(
        _("rounding"), max_length=8, choices=Rounding.choices, default=Rounding.UP
    )
    exchange_method = models.CharField(
        _("tax in JPY of amounts in USD"),
        max_length=1,
        choices=ExchangeMethod.choices,
        default=ExchangeMethod.NET_CONVERTED,
    )
    exchange_rounded = models.BooleanField(
        _("round converted amounts to whole yen before the tax"), default=False
    )
    exchange_day = models.CharField(
        _("day of the exchange rate"),
        max_length=10,
        choices=ExchangeDay.choices,
        default=ExchangeDay.MONTH_END,
    )
    due_rule = models.CharField(
        _("due"), max_length=11, choices=DueRule.choices, default=DueRule.AFTER_MONTH
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Tokyo")

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class ExchangeRate(models.Model):
    """So many JPY for one unit of a currency on a day, and who published it (rules.md Q41)."""

    currency = models.CharField(
        _("currency"), max_length=3, choices=Currency.choices, default=Currency.USD
    )
    day = models.DateField(_("day"))
    rate = ExactField(_("JPY for one unit"))
    source = models.CharField(_("source"), max_length=200)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-day", "currency"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "day"],
                name="exchange_rate_unique",
                violation_error_message=_("There is a rate of that day already."),
            ),
            models.CheckConstraint(
                condition=models.Q(rate__negative=False) & ~models.Q(rate=0),
                name="exchange_rate_positive",
                violation_error_message=_("Write a number above 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}"


class Fee(models.Model):
    """What invoice payment costs from a month on, in JPY before tax (rules.md Q44)."""

    kind = models.CharField(_("kind"), max_length=9, choices=FeeKind.choices)
    since = MonthField(_("since"))
    amount = ExactField(_("amount"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("fee")
        verbose_name_plural = _("fees")
        ordering = ["kind", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "since"],
                name="fee_unique",
                violation_error_message=_("This fee already changes in that month."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.since}"


class MinimumCharge(models.Model):
    """Months whose net is smaller wait for later ones; in the coverage's currency (Q43)."""

    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    since = MonthField(_("since"))
    amount = ExactField(_("amount"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("minimum charge")
        verbose_name_plural = _("minimum charges")
        ordering = ["coverage", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["coverage", "since"],
                name="minimum_charge_unique",
                violation_error_message=_("This amount already changes in that month."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coverage} {self.since}"


class Series(models.Model):
    """The counter of one kind of document: last number, its date and its seal.

    Bumped at the end of the transaction that issues, so that numbers have no gap.
    """

    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="series")
    prefix = models.CharField(_("prefix"), max_length=16)
    last_number = models.BigIntegerField(_("last number"), default=0)
    last_issue_date = models.DateField(_("last issue date"), null=True, blank=True)
    last_seal = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        ordering = ["issuer", "prefix"]
        constraints = [
            models.UniqueConstraint(
                fields=["prefix"],
                name="series_prefix_unique",
                violation_error_message=_("Another series has this prefix."),
            ),
        ]

    def __str__(self) -> str:
        return self.prefix


@frozen()
class Invoice(models.Model):
    """A snapshot of closed bills with a number; `snapshot`, canonical JSON, holds all of it.

    `coverage` is empty where both are on it. `total_minor` is with tax, `due_minor` what is left of
    it after credit points; arrears are no part of either. A return invoice's amounts are negative.
    """

    kind = models.CharField(
        _("kind"), max_length=9, choices=DocumentKind.choices, default=DocumentKind.INVOICE
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    series = models.ForeignKey(Series, models.PROTECT, related_name="invoices")
    number = models.BigIntegerField(_("number in its series"))
    label = models.CharField(_("number"), max_length=32)
    account = models.ForeignKey(Account, models.PROTECT, related_name="invoices")
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices, blank=True)
    counterparty = models.CharField(_("recipient"), max_length=200, blank=True)
    month = MonthField(_("month"))
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    issue_date = models.DateField(_("issue date"))
    due_date = models.DateField(_("due date"))
    net_minor = models.BigIntegerField(_("net"))
    tax_minor = models.BigIntegerField(_("tax"))
    total_minor = models.BigIntegerField(_("total with tax"))
    due_minor = models.BigIntegerField(_("amount due"), default=0)
    snapshot = models.TextField()
    snapshot_hash = models.CharField(max_length=64)
    previous_seal = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64)
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="invoice_number_unique"),
            models.UniqueConstraint(fields=["label"], name="invoice_label_unique"),
        ]
        indexes = [
            models.Index(fields=["number"], name="invoice_number"),  # the order of its lists
            models.Index(fields=["account", "month"], name="invoice_account_month"),
            models.Index(fields=["month"], name="invoice_month"),
        ]

    def __str__(self) -> str:
        return self.label


@frozen()
class InvoiceBill(models.Model):
    """Which bills an invoice covers. A bill is invoiced once."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="invoice_bills")
    bill = models.OneToOneField(Bill, models.PROTECT, related_name="invoice_bill")

    class Meta:
        verbose_name = _("bill on an invoice")
        verbose_name_plural = _("bills on invoices")

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.bill_id}"


@frozen()
class Annex(models.Model):
    """The detail CSV of an invoiced bill, as documents name it: kept packed, with the hash and size
    of what people get.
    """

    bill = models.OneToOneField(Bill, models.PROTECT, related_name="annex")
    name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(_("size"))
    stored_as = models.CharField(max_length=200)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("annex")
        verbose_name_plural = _("annexes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Rendering(Leased):
    """The wish for the PDF of an invoice, and how far it is."""

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="rendering")
    state = models.CharField(
        _("state"), max_length=8, choices=RenderState.choices, default=RenderState.WAITING
    )

    class Meta:
        verbose_name = _("rendering")
        verbose_name_plural = _("renderings")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state"], name="rendering_state")]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.state}"


@frozen()
class DocumentFile(models.Model):
    """The PDF of an invoice, by the hash of its bytes."""

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="file")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(_("size"))
    stored_as = models.CharField(max_length=200)
    made_with = models.CharField(_("made with"), max_length=64)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("document file")
        verbose_name_plural = _("document files")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.stored_as
