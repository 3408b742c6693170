"""The catalogue: what can be billed, at which price, with which tax. Dated data, never code."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing_portal.common.fields import ExactField
from billing_portal.common.history import HistoricalRecords
from invoices.choices import Category, PriceKind, QuantityRule, Region, TaxCategory
from usage.choices import Coverage, DeviceKind
from usage.models import Plan


class BillItem(models.Model):
    """One billing item, or one discount item, of the reference table in sources/000….

    `inputs` depends on `rule` (docs/catalog.md). `name` is the name on the bill; `{variant}` in it
    is filled in.
    """

    code = models.CharField(_("code"), max_length=64)
    name = models.CharField(_("billing name"), max_length=128)
    category = models.CharField(_("category"), max_length=16, choices=Category.choices)
    unit = models.CharField(_("unit"), max_length=32)
    region = models.CharField(_("region"), max_length=8, choices=Region.choices)
    device_kind = models.CharField(
        _("kind of device"), max_length=16, choices=DeviceKind.choices, blank=True
    )
    rule = models.CharField(_("quantity rule"), max_length=24, choices=QuantityRule.choices)
    inputs = models.JSONField(_("inputs"), default=dict)
    tax_category = models.CharField(
        _("tax category"), max_length=16, choices=TaxCategory.choices, default=TaxCategory.STANDARD
    )
    one_off = models.BooleanField(_("one-off"), default=False)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_ja = models.CharField(_("title in Japanese"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("billing item")
        verbose_name_plural = _("billing items")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="bill_item_code_unique",
                violation_error_message=_("Another billing item has this code."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Price(models.Model):
    """What one unit costs from a day on. An empty `plan` or `variant` stands for all others.

    A quoted price is kept as it was quoted, `price` for `per` smallest units (0.22 per 1,048,576
    bytes); `unit_price` is their exact quotient (rules.md Q11, Q12), of a package the price of one.
    A graduated or volume price is 0 itself and has `tiers`: `[{"up_to": 100, "price": "0.06"},
    {"price": "0.05"}]`, each for `per` units.
    """

    item = models.ForeignKey(BillItem, models.PROTECT, related_name="prices")
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="+")
    variant = models.CharField(_("variant"), max_length=100, blank=True)
    since = models.DateField(_("since"))
    kind = models.CharField(
        _("kind of price"), max_length=9, choices=PriceKind.choices, default=PriceKind.FLAT
    )
    price = ExactField(_("price"))
    per = models.PositiveBigIntegerField(_("per"), default=1)
    tiers = models.JSONField(_("tiers"), default=list, blank=True)
    unit_price = ExactField(_("unit price"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["item", "coverage", "plan", "variant", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "coverage", "plan", "variant", "since"],
                condition=models.Q(plan__isnull=False),
                name="price_unique",
                violation_error_message=_("This price already changes on that day."),
            ),
            models.UniqueConstraint(
                fields=["item", "coverage", "variant", "since"],
                condition=models.Q(plan__isnull=True),
                name="price_without_plan_unique",
                violation_error_message=_("This price already changes on that day."),
            ),
        ]

    def __str__(self) -> str:
        said = (self.item.code, self.coverage, self.variant, str(self.since))
        return " ".join(part for part in said if part)


class TaxRate(models.Model):
    """The rate of one country and category from a day on, as a fraction: 0.1 is ten per cent."""

    country = models.CharField(_("country"), max_length=2)
    category = models.CharField(_("tax category"), max_length=16, choices=TaxCategory.choices)
    since = models.DateField(_("since"))
    rate = ExactField(_("rate"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering = ["country", "category", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "category", "since"],
                name="tax_rate_unique",
                violation_error_message=_("This rate already changes on that day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.category} {self.since}"


class TimeBand(models.Model):
    """A daily window with a name of its own, such as the night prices of data (rules.md Q6).

    It belongs to one coverage, since Global uses the same meters and has no night. A window whose
    start lies after its end goes over midnight.
    """

    meter = models.CharField(_("meter"), max_length=64)
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    name = models.CharField(_("name inside the window"), max_length=32)
    otherwise = models.CharField(_("name outside"), max_length=32)
    zone = models.CharField(_("time zone"), max_length=64)
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(_("ends"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("time band")
        verbose_name_plural = _("time bands")
        ordering = ["meter", "coverage"]
        constraints = [
            models.UniqueConstraint(
                fields=["meter", "coverage"],
                name="time_band_unique",
                violation_error_message=_("This meter already has a time band there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meter} {self.coverage} {self.name}"
