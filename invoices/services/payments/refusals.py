"""What is refused of payments, in words that say what to do."""


class PaymentRefused(ValueError):
    """A payment, card or refund that cannot be so. `field` names what to change, if it is one."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class BadAmount(PaymentRefused):
    """Not above zero, or more than there is."""


class NotTheirs(PaymentRefused):
    """The document, card or transfer belongs to something else."""


class CardRefused(PaymentRefused):
    """A third card, the only one, or one that is gone."""
