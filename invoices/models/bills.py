"""Bills: the month of one billing account and coverage, and what it is made of."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from billing_portal.common.fields import ExactField, MonthField
from billing_portal.common.frozen import frozen
from invoices.choices import BillState, Category, Currency, TaxCategory
from usage.choices import Coverage

CLOSED = "{row}.state = 'closed'"


@frozen(when=CLOSED)
class Bill(models.Model):
    """`temporary → proposed → closed`; a closed bill never changes.

    `net` is exact and before tax; `gross_minor` is what the document says or would say
    (rules.md Q60). A temporary bill leaves out the one-off charges, whose sum before coupons is
    `one_off`; `whole_net` and `whole_hash` are what net and detail hash are with them (Q31). Of all
    other bills they are these; bills closed before they were kept have none.

    Its lines begin in row `detail_start` of the detail file, which small bills share. `detail_hash`
    is over these rows in canonical form, `bundle_hash` over everything they were made from; `seal`
    binds both to the bill before it.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="bills")
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    month = MonthField(_("month"))
    state = models.CharField(
        _("state"), max_length=9, choices=BillState.choices, default=BillState.TEMPORARY
    )
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    net = ExactField(_("net"))
    one_off = ExactField(_("one-off charges left out"), default=0)
    whole_net = ExactField(_("net with one-off charges"), null=True)
    tax_minor = models.BigIntegerField(_("tax"))
    gross_minor = models.BigIntegerField(_("total with tax"))
    line_count = models.BigIntegerField(_("lines"))
    through = models.DateField(_("counted through"), null=True)
    evaluated_at = models.DateTimeField(_("evaluated at"))
    version = models.BigIntegerField(_("version"))
    detail_file = models.CharField(max_length=200)
    detail_start = models.BigIntegerField(default=0)
    detail_hash = models.CharField(max_length=64)
    whole_hash = models.CharField(max_length=64, blank=True)
    bundle_file = models.CharField(max_length=200, blank=True)
    bundle_hash = models.CharField(max_length=64, blank=True)
    tariff_hash = models.CharField(max_length=64)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    previous_seal = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("bill")
        verbose_name_plural = _("bills")
        ordering = ["account", "coverage", "-month"]
        constraints = [
            models.UniqueConstraint(fields=["account", "coverage", "month"], name="bill_unique"),
        ]
        indexes = [models.Index(fields=["month", "state"], name="bill_month_state")]

    def __str__(self) -> str:
        return f"{self.account.key} {self.coverage} {self.month}"


class BillPart(models.Model):
    """A sum that is part of a bill and frozen with it."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="+")
    amount = ExactField(_("amount"))

    class Meta:
        abstract = True


@frozen(parent="bill", parent_when=CLOSED)
class BillItemTotal(BillPart):
    """What one item, under its name on the bill, comes to.

    `corrects` is the closed month that is corrected (rules.md Q32); None for the bill's own month.
    """

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="item_totals")
    name = models.CharField(_("billing name"), max_length=128)
    code = models.CharField(_("item"), max_length=64)
    category = models.CharField(_("category"), max_length=16, choices=Category.choices)
    unit = models.CharField(_("unit"), max_length=32)
    quantity = ExactField(_("quantity"), max_digits=38, decimal_places=0)
    tax_category = models.CharField(_("tax category"), max_length=16, choices=TaxCategory.choices)
    tax_date = models.DateField(_("tax date"))
    corrects = MonthField(_("corrected month"), null=True, blank=True)

    class Meta:
        verbose_name = _("total of an item")
        verbose_name_plural = _("totals by item")
        ordering = ["bill", "name", "tax_date", "corrects"]
        constraints = [
            models.UniqueConstraint(
                fields=["bill", "name", "tax_category", "tax_date"],
                condition=models.Q(corrects__isnull=True),
                name="bill_item_total_unique",
            ),
            models.UniqueConstraint(
                fields=["bill", "name", "tax_category", "tax_date", "corrects"],
                condition=models.Q(corrects__isnull=False),
                name="bill_item_total_delta_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@frozen(parent="bill", parent_when=CLOSED)
class BillDayTotal(BillPart):
    """What one day, or the lines of the whole month (`yyyyMM`), come to."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="day_totals")
    date = models.CharField(_("date"), max_length=8)

    class Meta:
        verbose_name = _("total of a day")
        verbose_name_plural = _("totals by day")
        ordering = ["bill", "date"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "date"], name="bill_day_total_unique"),
        ]

    def __str__(self) -> str:
        return self.date


@frozen(parent="bill", parent_when=CLOSED)
class BillCorrection(models.Model):
    """A closed month that was rated again for a bill: its delta lines are on it (rules.md Q32).

    `version` is that of the closed month as it was read. `bundle_file` holds what it was rated from
    and `bundle_hash` is named by the bundle of the bill; temporary bills keep neither.
    """

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="corrections")
    month = MonthField(_("corrected month"))
    version = models.BigIntegerField(_("version"))
    bundle_file = models.CharField(max_length=200, blank=True)
    bundle_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("correction of a closed month")
        verbose_name_plural = _("corrections of closed months")
        ordering = ["bill", "month"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "month"], name="bill_correction_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.month}"
