"""People, who sign in by e-mail address, and what they may do for which account."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models.tree import Account
from billing_portal.common.history import HistoricalRecords


class UserManager(BaseUserManager["User"]):
    """Finds people by address without regard to case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person: of a customer (by memberships), of the seller's staff, or both."""

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(
        _("language"), max_length=2, default="ja", choices=[("ja", "日本語"), ("en", "English")]
    )
    mails_invoices = models.BooleanField(_("mail me when an invoice is issued"), default=True)
    mails_payments = models.BooleanField(_("mail me when a payment came in"), default=True)
    mails_prices = models.BooleanField(_("mail me before prices change"), default=True)
    mails_downloads = models.BooleanField(_("mail me when a long download is ready"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("Another person signs in with this address."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Membership(models.Model):
    """A person's role in one account; it reaches down to the accounts below it."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    account = models.ForeignKey(Account, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=Role.choices)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["account", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "account"],
                name="membership_unique",
                violation_error_message=_("This person already has a role in that account."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.account_id}"


class Invitation(models.Model):
    """A role offered to an address. Who follows the signed link in the mail takes it up."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=8, choices=Role.choices)
    language = models.CharField(_("language"), max_length=2)
    invited_by = models.CharField(_("invited by"), max_length=254)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                "account",
                Lower("email"),
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_open_unique",
                violation_error_message=_("This address is invited already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.role} {self.account_id}"
