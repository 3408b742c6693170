"""What customers order by themselves: coupons and long-term contracts; and codes given away."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from billing_portal.common.fields import ExactField, MonthField
from billing_portal.common.history import HistoricalRecords
from invoices.choices import Currency, OrderState
from invoices.models.catalog import BillItem
from invoices.models.credits import Contract, Coupon
from invoices.models.documents import Invoice
from usage.choices import Coverage


class Order(models.Model):
    """A quotation that becomes an order when it is confirmed, for one item of the catalogue.

    Of a coupon `quantity` is 1 and `unit_price` its amount; of a contract they are its units and
    what one of them costs a month, and nothing is to be paid now. A coupon is sold on a `document`
    over its price with tax, `total_minor`, and exists once that is paid, or at once where it is
    paid by invoice; a contract begins when the order is confirmed.
    """

    key = models.CharField(_("order"), max_length=32, unique=True)
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="orders", verbose_name=_("account")
    )
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    item = models.ForeignKey(BillItem, models.PROTECT, related_name="+", verbose_name=_("item"))
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_price = ExactField(_("unit price"))
    tax_rate = ExactField(_("tax rate"))
    tax_minor = models.BigIntegerField(_("tax"))
    total_minor = models.BigIntegerField(_("total with tax"))
    first_month = MonthField(_("first month"))
    state = models.CharField(
        _("state"), max_length=10, choices=OrderState.choices, default=OrderState.QUOTED
    )
    quoted_at = models.DateTimeField(_("quoted at"))
    ordered_at = models.DateTimeField(_("ordered at"), null=True, blank=True)
    ordered_by = models.CharField(_("ordered by"), max_length=254, blank=True)
    document = models.OneToOneField(
        Invoice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="order",
        verbose_name=_("document"),
    )
    coupon = models.OneToOneField(
        Coupon, models.PROTECT, null=True, blank=True, related_name="order"
    )
    contract = models.OneToOneField(
        Contract, models.PROTECT, null=True, blank=True, related_name="order"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-quoted_at", "-id"]
        indexes = [models.Index(fields=["account", "coverage", "state"], name="order_of_account")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(coupon__isnull=True) | models.Q(contract__isnull=True),
                name="order_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Voucher(models.Model):
    """A code that is given away: who registers it first gets a coupon of their own.

    It can be registered through `last_day` (UTC); the coupon is usable in so many `months`, from
    that of its registration on.
    """

    code = models.CharField(
        _("code"),
        max_length=64,
        unique=True,
        error_messages={"unique": _("Another voucher has this code.")},
    )
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    item = models.ForeignKey(
        BillItem, models.PROTECT, related_name="+", verbose_name=_("coupon item")
    )
    amount = ExactField(_("amount"))
    months = models.PositiveSmallIntegerField(_("usable months"), default=14)
    last_day = models.DateField(_("last day of registration"))
    coupon = models.OneToOneField(
        Coupon, models.PROTECT, null=True, blank=True, related_name="voucher"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        ordering = ["-last_day", "code"]

    def __str__(self) -> str:
        return self.code
