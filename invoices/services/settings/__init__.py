"""How accounts pay: applications, details, methods, merging."""

from invoices.services.settings.ground import Who
from invoices.services.settings.refusals import SettingsRefused, StaleForm

__all__ = ["SettingsRefused", "StaleForm", "Who"]
