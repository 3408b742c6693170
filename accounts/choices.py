from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a person may do for an account. Only `viewer` and above see anything at all."""

    ADMIN = "admin", _("Administrator")
    BILLING = "billing", pgettext_lazy("role", "Billing")
    VIEWER = "viewer", _("Viewer")


class BusinessModel(models.TextChoices):
    """What the usage of an account is counted by (sources/001…)."""

    ACTIVE_DEVICES = "active_devices", _("Active devices")
    API_CALLS = "api_calls", _("API calls")


class Reach(models.TextChoices):
    """Who else may see a job, besides the person that asked for it."""

    MONEY = "money", _("Who sees the money of the account")
    USAGE = "usage", _("Who sees the usage of the account")
    STAFF = "staff", _("Staff")


class JobState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Scope(models.TextChoices):
    """What an API key may do for its account."""

    READ_USAGE = "usage:read", _("Read usage")
    READ_BILLING = "billing:read", _("Read billing")
    CHANGE_PAYMENT = "payment:write", _("Change payment")
    SEND_USAGE = "usage:write", _("Send usage")
