"""What is refused of payment settings, in words that say what to do."""

from django.utils.translation import gettext as _


class SettingsRefused(ValueError):
    """A change that cannot be so. `field` names what to mend, where it is one."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class BadDetails(SettingsRefused):
    """A field of the invoice details that cannot be."""


class StaleForm(SettingsRefused):
    """Somebody else changed the details since the form was opened."""

    def __init__(self) -> None:
        super().__init__(
            _("These details were changed meanwhile. Look at what holds now, and change it again.")
        )


class NotRegistered(SettingsRefused):
    """There are no invoice details that could be changed."""


class NotBilled(SettingsRefused):
    """The account does not pay for itself now."""


class AlreadyAsked(SettingsRefused):
    """There is an open application, or nothing to apply for."""


class AlreadyDecided(SettingsRefused):
    """The application is no longer open."""


class CannotMerge(SettingsRefused):
    """Why both coverages cannot share an invoice."""


class CannotSwitch(SettingsRefused):
    """Why the method cannot be the other one."""
