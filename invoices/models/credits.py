"""What lowers bills beyond the catalogue: prepaid coupons and long-term contracts."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Account
from billing_portal.common.fields import ExactField, MonthField
from billing_portal.common.frozen import frozen
from billing_portal.common.history import HistoricalRecords
from billing_portal.common.periods import Month
from invoices.choices import BillState, CouponEntryKind
from invoices.models.bills import CLOSED, Bill, BillPart
from invoices.models.catalog import BillItem
from usage.choices import Coverage

FIRST_ENTRIES = (CouponEntryKind.PURCHASE, CouponEntryKind.GRANT)


class ContractQuerySet(models.QuerySet["Contract"]):
    def in_month(self, month: Month) -> Self:
        """Return the contracts that hold in a month."""
        return self.filter(first_month__lte=month, last_month__gte=month, withdrawn=False)

    def counting_for(self, month: Month) -> Self:
        """Leave out those that were recorded when this month was already closed (rules.md Q33)."""
        return self.exclude(late_through__gte=month)


class Contract(models.Model):
    """So many units at the price of the long-term discount, whole calendar months (rules.md Q22).

    `item` is what the catalogue charges for its units, in the place of what the long-term discount
    takes back. `months` is the agreed term; `last_month` follows from it, or lies before it where
    the contract was ended early. Several contracts add up.
    """

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="contracts", verbose_name=_("account")
    )
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    item = models.ForeignKey(
        BillItem, models.PROTECT, related_name="+", verbose_name=_("contract item")
    )
    units = models.PositiveIntegerField(_("units"))
    first_month = MonthField(_("first month"))
    months = models.PositiveSmallIntegerField(_("agreed months"), default=12)
    last_month = MonthField(_("last month"))
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    # Months up to this one were closed when the contract was recorded, so their bills ignore it.
    late_through = MonthField(_("late through"), null=True, blank=True)

    history = HistoricalRecords()
    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["account", "coverage", "first_month", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(units__gte=1),
                name="contract_units_positive",
                violation_error_message=_("A contract is for one unit or more."),
            ),
            models.CheckConstraint(
                condition=models.Q(months__gte=1),
                name="contract_months_positive",
                violation_error_message=_("A contract holds for one month or more."),
            ),
            models.CheckConstraint(
                condition=models.Q(last_month__gte=models.F("first_month")),
                name="contract_months_in_order",
                violation_error_message=_("The last month lies before the first one."),
            ),
        ]
        indexes = [
            models.Index(fields=["account", "coverage", "last_month"], name="contract_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.first_month}–{self.last_month}"


class CouponQuerySet(models.QuerySet["Coupon"]):
    def usable_in(self, month: Month) -> Self:
        """Return the coupons whose months hold this one (rules.md Q24), used up or not."""
        return self.filter(first_month__lte=month, last_month__gte=month)

    def lapsed(self) -> Self:
        """Return those of which the rest is lost."""
        return self.filter(self._lapse())

    def not_lapsed(self) -> Self:
        return self.exclude(self._lapse())

    @staticmethod
    def _lapse() -> models.Exists:
        entries = CouponEntry.objects.filter(coupon=models.OuterRef("pk"))
        return models.Exists(entries.filter(kind=CouponEntryKind.LAPSE))


class Coupon(models.Model):
    """Money paid in advance, in the currency of its coverage, before tax (rules.md Q23 to Q28).

    `item` is the coupon in the catalogue: its line on bills, and what it pays. What is left is the
    sum of the ledger. `amount` is what it began with, the sum of its first entry.
    """

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="coupons", verbose_name=_("account")
    )
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    code = models.CharField(_("code"), max_length=64)
    item = models.ForeignKey(
        BillItem, models.PROTECT, related_name="+", verbose_name=_("coupon item")
    )
    amount = ExactField(_("amount"))
    purchased_at = models.DateTimeField(_("purchased at"))
    first_month = MonthField(_("first month"))
    last_month = MonthField(_("last month"))
    note = models.CharField(_("note"), max_length=500, blank=True)

    history = HistoricalRecords()
    objects = CouponQuerySet.as_manager()

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        ordering = ["account", "coverage", "last_month", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="coupon_code_unique",
                violation_error_message=_("Another coupon has this code."),
            ),
            models.CheckConstraint(
                condition=models.Q(last_month__gte=models.F("first_month")),
                name="coupon_months_in_order",
                violation_error_message=_("The last month lies before the first one."),
            ),
        ]
        indexes = [
            models.Index(fields=["account", "coverage", "last_month"], name="coupon_of_account"),
        ]

    def __str__(self) -> str:
        return self.code


@frozen()
class CouponEntry(models.Model):
    """One movement of a coupon's balance; nothing changes or removes it.

    `left` is the balance after it: with its check, and `number` unique in the coupon, two processes
    that both forgot the lock could not spend the same yen. `month` is the month whose bill it
    belongs to: uses and the lapse count after that month, all others from its beginning.
    """

    coupon = models.ForeignKey(
        Coupon, models.PROTECT, related_name="entries", db_index=False, verbose_name=_("coupon")
    )
    number = models.PositiveIntegerField(pgettext_lazy("entry", "number"))
    kind = models.CharField(_("kind"), max_length=10, choices=CouponEntryKind.choices)
    month = MonthField(_("month"))
    amount = ExactField(_("amount"))
    left = ExactField(_("left"))
    bill = models.ForeignKey(
        Bill, models.PROTECT, null=True, related_name="coupon_entries", verbose_name=_("bill")
    )
    at = models.DateTimeField(_("at"))
    actor = models.CharField(_("who"), max_length=254, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("coupon entry")
        verbose_name_plural = _("coupon entries")
        ordering = ["coupon", "number"]
        constraints = [
            models.UniqueConstraint(fields=["coupon", "number"], name="coupon_entry_number_unique"),
            models.UniqueConstraint(
                fields=["coupon", "bill"],
                condition=models.Q(kind=CouponEntryKind.USE),
                name="coupon_entry_one_use_per_bill",
            ),
            models.UniqueConstraint(
                fields=["coupon"],
                condition=models.Q(kind=CouponEntryKind.LAPSE),
                name="coupon_entry_one_lapse",
            ),
            models.UniqueConstraint(
                fields=["coupon"],
                condition=models.Q(kind__in=FIRST_ENTRIES),
                name="coupon_entry_one_beginning",
            ),
            models.CheckConstraint(
                condition=models.Q(left__negative=False), name="coupon_entry_left_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=CouponEntryKind.USE, bill__isnull=False)
                | (~models.Q(kind=CouponEntryKind.USE) & models.Q(bill__isnull=True)),
                name="coupon_entry_use_names_its_bill",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=FIRST_ENTRIES, amount__negative=False)
                | models.Q(
                    kind__in=[CouponEntryKind.USE, CouponEntryKind.LAPSE], amount__negative=True
                )
                | models.Q(kind=CouponEntryKind.CORRECTION),
                name="coupon_entry_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coupon_id}/{self.number}"


class BillCouponUseQuerySet(models.QuerySet["BillCouponUse"]):
    def estimated(self) -> Self:
        """Return the uses of bills that are not closed: no entry of a ledger says so yet."""
        return self.exclude(bill__state=BillState.CLOSED)


@frozen(parent="bill", parent_when=CLOSED)
class BillCouponUse(BillPart):
    """What a bill takes from a coupon, written anew with each rating of the month.

    Until the close it is an estimate that the next month starts from (rules.md Q29); the close
    turns it into an entry of the ledger. `amount` is positive.
    """

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="coupon_uses")
    coupon = models.ForeignKey(Coupon, models.PROTECT, related_name="bill_uses")

    objects = BillCouponUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("coupon on a bill")
        verbose_name_plural = _("coupons on bills")
        ordering = ["bill", "coupon"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "coupon"], name="bill_coupon_use_unique"),
            models.CheckConstraint(
                condition=models.Q(amount__negative=False), name="bill_coupon_use_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.coupon_id}"
