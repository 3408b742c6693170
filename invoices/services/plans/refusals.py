"""What is refused of device plans and the devices on them, in words that say what to do."""

from django.utils.translation import gettext as _

from accounts.models import Account


class PlanRefused(ValueError):
    """Something that cannot be so. `field` names what to mend, where it is one."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class PaymentNeeded(PlanRefused):
    """Nothing pays, or the last payment failed for good: the page of the cards mends it."""


class FeaturesOff(PaymentNeeded):
    """The features of an account are switched off."""

    def __init__(self, account: Account) -> None:
        text = _("The features of %(account)s are switched off until what is unpaid is paid.")
        super().__init__(text % {"account": account.key})


class NoCard(PaymentNeeded):
    """The coverage is paid by card, and no card can be charged."""

    def __init__(self, coverage: str) -> None:
        text = _("%(coverage)s is paid by card, and there is none that is valid. Register one.")
        super().__init__(text % {"coverage": coverage})


class NotForSale(PlanRefused):
    """The plan is no device plan, or has no price then."""

    def __init__(self) -> None:
        super().__init__(_("This plan is not for sale."))


class StaleProposal(PlanRefused):
    """What was shown is not what would happen now."""

    def __init__(self) -> None:
        super().__init__(
            _("The plan or its price was changed meanwhile. Look at what holds now, and confirm.")
        )


class NotPaying(PlanRefused):
    """Another account pays, or nobody."""


class NoPlanForIt(PlanRefused):
    """A device cannot be added on a plan that the account does not have now."""
