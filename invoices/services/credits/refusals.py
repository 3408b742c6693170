"""What is refused of coupons and contracts, in words that say what to do."""

from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Account
from billing_portal.common.money import plain
from billing_portal.common.periods import Month
from invoices.models import Coupon


class CreditRefused(ValueError):
    """A coupon or contract that cannot be so. `field` names what to change, where it is one."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class BadTerms(CreditRefused):
    """A code, amount, number or text that cannot be."""


class WrongItem(CreditRefused):
    """The item of the catalogue is not one for this, or not in this coverage."""


class NotBilled(CreditRefused):
    """The account is not billed itself in that month, so no bill would see it."""


class MonthClosed(CreditRefused):
    """It would change a bill that is closed."""

    def __init__(self, account: Account, month: Month, field: str = "") -> None:
        self.month = month
        text = _(
            "Months of %(account)s up to %(month)s are closed, and their bills stay as they are."
            " Choose %(next)s or later."
        )
        said = {"account": account.key, "month": month, "next": month.next}
        super().__init__(text % said, field)


class CouponOver(CreditRefused):
    """The last month of the coupon is closed: no bill can take from it any more."""

    def __init__(self, coupon: Coupon) -> None:
        text = _("Coupon %(code)s was usable through %(month)s, and that month is closed.")
        super().__init__(text % {"code": coupon.code, "month": coupon.last_month})


class NotEnough(CreditRefused):
    """More would be taken from the coupon than is left."""

    def __init__(self, coupon: Coupon, wanted: Decimal, left: Decimal) -> None:
        self.coupon, self.wanted, self.left = coupon, wanted, left
        text = _("Coupon %(code)s has %(left)s left, which is less than %(wanted)s.")
        said = {"code": coupon.code, "left": plain(left), "wanted": plain(wanted)}
        super().__init__(text % said, "amount")


class NothingLeft(CreditRefused):
    """Nothing is left of the coupon that could be taken back."""

    def __init__(self, coupon: Coupon) -> None:
        super().__init__(_("Nothing is left of coupon %(code)s.") % {"code": coupon.code})


class NotForSale(CreditRefused):
    """The catalogue has no such product, or no price for it then."""


class WrongOrderState(CreditRefused):
    """The order can no longer be confirmed, paid or cancelled."""


class WrongUse(CreditRefused):
    """A bill takes from a coupon that is not for it. Rating went wrong: nothing is written."""
