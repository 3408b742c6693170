from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing_portal.common import money
from invoices.rating import vocabulary as words


class QuantityRule(models.TextChoices):
    SUM = words.QuantityRule.SUM.value, _("Sum of a meter")
    DAYS_IN_STATUS = words.QuantityRule.DAYS_IN_STATUS.value, _("Days in a status")
    DAYS_WITH_OPTION = words.QuantityRule.DAYS_WITH_OPTION.value, _("Days with an option")
    MONTHS_IN_STATUS = words.QuantityRule.MONTHS_IN_STATUS.value, _("Whole months in a status")
    YEARS_IN_STATUS = words.QuantityRule.YEARS_IN_STATUS.value, _("Full years in a status")
    TRANSITION = words.QuantityRule.TRANSITION.value, _("Changes of the status")
    ONCE_CREATED = words.QuantityRule.ONCE_CREATED.value, _("Once when created")
    HOURS_RUNNING = words.QuantityRule.HOURS_RUNNING.value, _("Hours running")
    ANY_IN_MONTH = words.QuantityRule.ANY_IN_MONTH.value, _("Months with at least one event")
    FIRST_UNIT = words.QuantityRule.FIRST_UNIT.value, _("First device of an account")
    ADDITIONAL_UNIT = words.QuantityRule.ADDITIONAL_UNIT.value, _("Further devices of an account")
    PACKS = words.QuantityRule.PACKS.value, _("Packs held")
    ABOVE_ALLOWANCE = words.QuantityRule.ABOVE_ALLOWANCE.value, _("Use above an allowance")
    PEAK_ACTIVE = words.QuantityRule.PEAK_ACTIVE.value, _("Most devices active at once")
    DISTINCT_ACTIVE = words.QuantityRule.DISTINCT_ACTIVE.value, _("Different active devices")
    CONTRACT_UNITS = words.QuantityRule.CONTRACT_UNITS.value, _("Units of contracts")
    ROUNDED_UP = words.QuantityRule.ROUNDED_UP.value, _("Difference to the billing unit")
    FREE_TIER = words.QuantityRule.FREE_TIER.value, _("Free tier")
    VOLUME_DISCOUNT = words.QuantityRule.VOLUME_DISCOUNT.value, _("Volume discount")
    LONG_TERM_DISCOUNT = words.QuantityRule.LONG_TERM_DISCOUNT.value, _("Long-term discount")
    COUPON = words.QuantityRule.COUPON.value, _("Coupon")


class PriceKind(models.TextChoices):
    FLAT = words.PriceKind.FLAT.value, _("Flat")
    GRADUATED = words.PriceKind.GRADUATED.value, _("Graduated")
    VOLUME = words.PriceKind.VOLUME.value, _("Volume")
    PACKAGE = words.PriceKind.PACKAGE.value, _("Package")


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
    APPROVED = words.ItemState.APPROVED.value, _("Approved")
    CLOSED = words.ItemState.CLOSED.value, _("Closed")
    PARKED = words.ItemState.PARKED.value, _("Parked")


class Approval(models.TextChoices):
    """Who lets proposed bills become final: nobody in person, staff, or not who prepared them."""

    AUTOMATIC = "automatic", _("Nobody: by itself")
    STAFF = "staff", _("Staff")
    FOUR_EYES = "four_eyes", _("Staff, but not who prepared it")


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


class PaymentMethod(models.TextChoices):
    CARD = "card", _("Card")
    INVOICE = "invoice", _("Invoice")


class Delivery(models.TextChoices):
    """How an invoice reaches its recipient."""

    EMAIL = "email", _("By e-mail, with a link")
    ATTACHED = "attached", _("By e-mail, with the PDF attached")
    POST = "post", _("By post")


class ApplicationState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class DocumentKind(models.TextChoices):
    """Invoices are paid by transfer, statements are for card payers; both are qualified invoices.

    A modified invoice takes the place of the one that it corrects, a return invoice gives money
    back: both name it.
    """

    INVOICE = "invoice", _("Invoice")
    STATEMENT = "statement", _("Payment statement")
    MODIFIED = "modified", _("Modified invoice")
    RETURN = "return", _("Return invoice")


class ExchangeMethod(models.TextChoices):
    """How the tax of amounts in USD is stated in JPY (rules.md Q40)."""

    NET_CONVERTED = "1", _("Net converted, then tax")
    GROSS_CONVERTED = "2", _("Total with tax converted, then the tax in it")
    TAX_OF_NET = "3", _("Tax of the net, then converted")
    TAX_OF_GROSS = "4", _("Tax in the total, then converted")


class ExchangeDay(models.TextChoices):
    """Whose exchange rate a document takes (rules.md Q41)."""

    MONTH_END = "month_end", _("Last day of the billed month")
    ISSUE_DATE = "issue_date", _("Day of issue")


class DueRule(models.TextChoices):
    """When a document is due (rules.md Q46)."""

    AFTER_MONTH = "after_month", _("End of the month after the billed one")
    AFTER_ISSUE = "after_issue", _("End of the month after the issue")


class FeeKind(models.TextChoices):
    SWITCHING = "switching", _("Fee for switching to invoice payment")
    ISSUE = "issue", _("Issue fee")


class PointEntryKind(models.TextChoices):
    """Why credit points moved."""

    GRANT = "grant", _("Grant")
    USE = "use", _("Use")
    LAPSE = "lapse", _("Lapse")
    CORRECTION = "correction", _("Correction")
    RETURN = "return", _("Given back")


class ReceivableState(models.TextChoices):
    """How far the payment of a document is; `docs/payments.md` says what leads where."""

    OPEN = "open", _("Open")
    CHARGING = "charging", _("Being charged")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Payment failed")
    CANCELLED = "cancelled", _("Nothing more to pay")


class PaymentStanding(models.TextChoices):
    """How the payment of a document stands, as its readers are told."""

    OPEN = "open", _("Not due yet")
    PART = "part", _("Paid in part")
    OVERDUE = "overdue", _("Overdue")
    CHARGING = "charging", _("Being charged")
    FAILED = "failed", _("Payment failed")
    PAID = "paid", _("Paid")
    CANCELLED = "cancelled", _("Nothing more to pay")


class PaymentEntryKind(models.TextChoices):
    """Why the open amount of a document moved."""

    CARD = "card", _("Card charge")
    TRANSFER = "transfer", _("Bank transfer")
    CREDIT = "credit", _("Credit of the customer")
    RETURN = "return", _("Return invoice")
    MOVED = "moved", _("Moved to the modified invoice")
    EXCESS = "excess", _("Kept as credit")
    CORRECTION = "correction", _("Correction")


class ChargeState(models.TextChoices):
    """What became of an attempt to charge a card."""

    STARTED = "started", _("Under way")
    SUCCEEDED = "succeeded", _("Charged")
    FAILED = "failed", _("Failed")


class RefundState(models.TextChoices):
    STARTED = "started", _("Under way")
    SUCCEEDED = "succeeded", _("Refunded")
    FAILED = "failed", _("Failed")


class CreditEntryKind(models.TextChoices):
    """Why the credit of a customer moved."""

    EXCESS = "excess", _("Paid more than was due")
    RETURN = "return", _("Return invoice")
    USE = "use", _("Use")
    REFUND = "refund", _("Refund")
    CORRECTION = "correction", _("Correction")


class CardNoticeKind(models.TextChoices):
    EXPIRING = "expiring", _("Expires soon")
    EXPIRED = "expired", _("Expired")


class OrderState(models.TextChoices):
    """How far an order of a customer is; confirmed ones wait for their payment, if there is any."""

    QUOTED = "quoted", _("Quoted")
    PROCESSING = "processing", _("Waiting for payment")
    ORDERED = "ordered", _("Ordered")
    CANCELLED = "cancelled", _("Cancelled")


class CouponEntryKind(models.TextChoices):
    """Why the balance of a coupon moved."""

    PURCHASE = "purchase", _("Purchase")
    GRANT = "grant", _("Grant")
    USE = "use", _("Use")
    LAPSE = "lapse", _("Lapse")
    CORRECTION = "correction", _("Correction")


# Units are words of the catalogue; these are the ones that ours has.
_UNITS = {
    "amount": pgettext_lazy("unit", "amount"),
    "bytes": pgettext_lazy("unit", "bytes"),
    "days": pgettext_lazy("unit", "days"),
    "devices": pgettext_lazy("unit", "devices"),
    "each": pgettext_lazy("unit", "each"),
    "gigabytes": pgettext_lazy("unit", "gigabytes"),
    "hours": pgettext_lazy("unit", "hours"),
    "months": pgettext_lazy("unit", "months"),
    "packs": pgettext_lazy("unit", "packs"),
    "requests": pgettext_lazy("unit", "requests"),
    "subscribers": pgettext_lazy("unit", "subscribers"),
    "years": pgettext_lazy("unit", "years"),
}


def unit_word(unit: str) -> str:
    """A unit of the catalogue in the language of the page; one that is not known stays itself."""
    return str(_UNITS.get(unit, unit))


class RenderState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
