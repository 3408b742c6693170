from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing_portal.common import money
from invoices.rating import vocabulary as words


class QuantityRule(models.TextChoices):
    SUM = words.QuantityRule.SUM.value, _("Sum of a meter")
    DAYS_IN_STATUS = words.QuantityRule.DAYS_IN_STATUS.value, _("Days in a status")
    DAYS_WITH_OPTION = words.QuantityRule.DAYS_WITH_OPTION.value, _("Days with an option")
    FREE_TIER = words.QuantityRule.FREE_TIER.value, _("Free tier")


class Category(models.TextChoices):
    BASIC = words.Category.BASIC.value, _("Basic charge")
    DATA = words.Category.DATA.value, _("Data")
    MESSAGE = words.Category.MESSAGE.value, _("Messages")
    OPTION = words.Category.OPTION.value, _("Options")
    NETWORK = words.Category.NETWORK.value, _("Network services")
    APPLICATION = words.Category.APPLICATION.value, _("Application services")
    DISCOUNT = words.Category.DISCOUNT.value, _("Discounts")


class Region(models.TextChoices):
    ALL = words.Region.ALL.value, _("All")
    JAPAN = words.Region.JAPAN.value, _("Japan")
    GLOBAL = words.Region.GLOBAL.value, _("Global")


class TaxCategory(models.TextChoices):
    STANDARD = words.TaxCategory.STANDARD.value, _("Standard rate")
    REDUCED = words.TaxCategory.REDUCED.value, _("Reduced rate")
    OUT_OF_SCOPE = words.TaxCategory.OUT_OF_SCOPE.value, _("Out of scope")


class BillState(models.TextChoices):
    TEMPORARY = words.BillState.TEMPORARY.value, _("Preliminary")
    PROPOSED = words.BillState.PROPOSED.value, _("Proposed")
    CLOSED = words.BillState.CLOSED.value, _("Final")


class ItemState(models.TextChoices):
    PENDING = words.ItemState.PENDING.value, _("Waiting")
    PROPOSED = words.ItemState.PROPOSED.value, _("Proposed")
    CLOSED = words.ItemState.CLOSED.value, _("Closed")
    PARKED = words.ItemState.PARKED.value, _("Parked")


class OddKind(models.TextChoices):
    """Why somebody should look at a bill before its month goes out."""

    MORE = "more", _("Much more than last month")
    LESS = "less", _("Much less than last month")
    NONE = "none", _("No bill, unlike last month")
    ZERO = "zero", _("Nothing to pay")
    FIRST = "first", _("First bill, or the first after a pause")


class Rounding(models.TextChoices):
    UP = money.Rounding.UP.value, _("Up")
    DOWN = money.Rounding.DOWN.value, _("Down")
    HALF_UP = money.Rounding.HALF_UP.value, _("Half up")


class Currency(models.TextChoices):
    JPY = money.Currency.JPY.value, "JPY"
    USD = money.Currency.USD.value, "USD"


class CouponEntryKind(models.TextChoices):
    """Why the balance of a coupon moved."""

    PURCHASE = "purchase", _("Purchase")
    GRANT = "grant", _("Grant")
    USE = "use", _("Use")
    LAPSE = "lapse", _("Lapse")
    CORRECTION = "correction", _("Correction")


# Units are words of the catalogue; these are the ones that ours has.
_UNITS = {
    "bytes": pgettext_lazy("unit", "bytes"),
    "days": pgettext_lazy("unit", "days"),
    "requests": pgettext_lazy("unit", "requests"),
}


def unit_word(unit: str) -> str:
    """A unit of the catalogue in the language of the page; one that is not known stays itself."""
    return str(_UNITS.get(unit, unit))


class RenderState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
