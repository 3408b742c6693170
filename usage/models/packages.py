"""Service packages, the update campaigns that draw on them, and the ledger of what is left."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from billing_portal.common.frozen import frozen
from billing_portal.common.history import HistoricalRecords
from billing_portal.common.periods import Month
from usage.choices import CampaignState, PackageStage, QuotaReason

NOT_OVER = (PackageStage.WAITING, PackageStage.RUNNING)
BEGINNINGS = (QuotaReason.CREATION, QuotaReason.RENEWAL)
LONGEST_NOTE = 500
OF_CAMPAIGNS = (
    QuotaReason.RESERVATION,
    QuotaReason.RELEASE,
    QuotaReason.RESERVATION_TERMINATION,
)


class ServicePackageQuerySet(models.QuerySet["ServicePackage"]):
    def valid_at(self, instant: datetime) -> Self:
        return self.filter(starts_at__lte=instant, ends_at__gt=instant)

    def touching(self, month: Month) -> Self:
        """Return those that are valid at some instant of a month (rules.md Q55)."""
        return self.filter(starts_at__lt=month.end, ends_at__gt=month.start)

    def not_over(self) -> Self:
        """Return those whose beginning or end is still to be entered in the ledger."""
        return self.filter(stage__in=NOT_OVER)


class ServicePackage(models.Model):
    """A quota of update tokens of a billing account, valid for 12 months (rules.md Q49 to Q51).

    Whether it is pending, active or previous follows from its dates; `stage` says how far the
    ledger has got, which may be a moment behind. `renews` is the package that it follows.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="service_packages", verbose_name=_("account")
    )
    quota = models.PositiveBigIntegerField(_("tokens"))
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    stage = models.CharField(
        _("state"), max_length=10, choices=PackageStage.choices, default=PackageStage.WAITING
    )
    renews = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="renewal", verbose_name=_("renews")
    )
    keeps_rest = models.BooleanField(_("keeps unused tokens of the one before"), default=False)
    note = models.CharField(_("note"), max_length=LONGEST_NOTE, blank=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.CharField(_("registered by"), max_length=254, blank=True)
    modified_at = models.DateTimeField(_("modified at"))

    history = HistoricalRecords()
    objects = ServicePackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("service package")
        verbose_name_plural = _("service packages")
        ordering = ["account", "-starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(stage=PackageStage.RUNNING),
                name="service_package_one_running",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="service_package_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "ends_at"], name="service_package_of_account"),
            models.Index(fields=["ends_at"], name="service_package_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d}"


class QuotaLedger(models.Model):
    """The head of a billing account's ledger: whoever writes into the ledger holds this row.

    `balance` repeats the sum of the entries, so that the database itself can refuse less than
    nothing; `due_at` is when a package begins or ends next.
    """

    account = models.OneToOneField(
        Account, models.PROTECT, primary_key=True, related_name="quota_ledger"
    )
    number = models.PositiveBigIntegerField(_("entries"), default=0)
    balance = models.BigIntegerField(_("tokens left"), default=0)
    last_at = models.DateTimeField(_("last entry at"), null=True)
    due_at = models.DateTimeField(_("next event at"), null=True, db_index=True)

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(balance__gte=0), name="quota_ledger_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.balance}"


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def holding_at(self, instant: datetime) -> Self:
        """Return those that held their tokens at an instant."""
        not_over = models.Q(ended_at__isnull=True) | models.Q(ended_at__gt=instant)
        return self.filter(not_over, started_at__lte=instant)


class Campaign(models.Model):
    """An update campaign and the tokens that it reserved: one for each device it may update.

    `account` runs it; `ledger` is the quota of the account that was billed for it then. `updated`
    is the number of devices that were updated with success, once it is over.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(_("campaign"), max_length=250)
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="campaigns", verbose_name=_("account")
    )
    ledger = models.ForeignKey(
        QuotaLedger,
        models.PROTECT,
        related_name="campaigns",
        verbose_name=_("quota"),
        db_index=False,
    )
    package = models.ForeignKey(
        ServicePackage,
        models.PROTECT,
        related_name="campaigns",
        verbose_name=_("service package"),
        db_index=False,
    )
    state = models.CharField(
        _("state"), max_length=10, choices=CampaignState.choices, default=CampaignState.OPEN
    )
    reserved = models.PositiveBigIntegerField(_("reserved tokens"))
    updated = models.PositiveBigIntegerField(_("updated devices"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("over since"), null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("update campaign")
        verbose_name_plural = _("update campaigns")
        ordering = ["-started_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reserved__gte=1), name="campaign_reserves_something"
            ),
            models.CheckConstraint(
                condition=models.Q(updated__isnull=True)
                | models.Q(updated__lte=models.F("reserved")),
                name="campaign_updates_within_reservation",
            ),
            models.CheckConstraint(
                condition=models.Q(state=CampaignState.OPEN, ended_at__isnull=True)
                | (~models.Q(state=CampaignState.OPEN) & models.Q(ended_at__isnull=False)),
                name="campaign_over_or_open",
            ),
        ]
        indexes = [
            models.Index(fields=["ledger", "started_at"], name="campaign_of_ledger"),
            models.Index(fields=["started_at", "id"], name="campaign_started"),
            models.Index(
                fields=["ledger"],
                condition=models.Q(state=CampaignState.OPEN),
                name="campaign_open",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@frozen()
class QuotaEntry(models.Model):
    """One movement of a quota; nothing changes or removes it. The balance is their sum (Q49).

    `left` is the balance after it: with its check, and `number` unique in the ledger, two processes
    that both forgot the lock could not spend the same token. `at` is when it takes effect, and
    never before the entry in front of it. `package` is the one that was valid then; `account` ran
    the campaign, or is the billing account itself. `granted` is what a package began with: the
    part of a renewal's amount that is not unused rest (Q50).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    ledger = models.ForeignKey(
        QuotaLedger,
        models.PROTECT,
        related_name="entries",
        verbose_name=_("quota"),
        db_index=False,
    )
    number = models.PositiveBigIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("event"), max_length=24, choices=QuotaReason.choices)
    amount = models.BigIntegerField(_("amount"))
    left = models.BigIntegerField(_("left"))
    granted = models.PositiveBigIntegerField(_("granted"), null=True)
    package = models.ForeignKey(
        ServicePackage,
        models.PROTECT,
        related_name="entries",
        verbose_name=_("service package"),
        db_index=False,
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        related_name="entries",
        verbose_name=_("campaign"),
        db_index=False,
    )
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", verbose_name=_("account"), db_index=False
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    actor = models.CharField(_("who"), max_length=254, blank=True)
    note = models.CharField(_("note"), max_length=LONGEST_NOTE, blank=True)

    class Meta:
        verbose_name = _("quota event")
        verbose_name_plural = _("quota events")
        ordering = ["ledger", "number"]
        constraints = [
            models.UniqueConstraint(fields=["ledger", "number"], name="quota_entry_number_unique"),
            models.UniqueConstraint(
                fields=["campaign", "reason"],
                condition=models.Q(campaign__isnull=False),
                name="quota_entry_once_per_campaign",
            ),
            models.UniqueConstraint(
                fields=["package"],
                condition=models.Q(reason__in=BEGINNINGS),
                name="quota_entry_one_beginning",
            ),
            models.UniqueConstraint(
                fields=["package"],
                condition=models.Q(reason=QuotaReason.TERMINATION),
                name="quota_entry_one_termination",
            ),
            models.CheckConstraint(
                condition=models.Q(left__gte=0), name="quota_entry_left_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=OF_CAMPAIGNS, campaign__isnull=False)
                | (~models.Q(reason__in=OF_CAMPAIGNS) & models.Q(campaign__isnull=True)),
                name="quota_entry_names_its_campaign",
            ),
            models.CheckConstraint(
                condition=models.Q(reason=QuotaReason.RESERVATION, amount__lt=0)
                | models.Q(reason=QuotaReason.RELEASE, amount__gte=0)
                | models.Q(reason=QuotaReason.RESERVATION_TERMINATION, amount=0)
                | models.Q(reason=QuotaReason.CREATION, amount=models.F("granted"))
                | models.Q(reason=QuotaReason.RENEWAL, amount__lte=models.F("granted"))
                | models.Q(reason=QuotaReason.TERMINATION, amount__lte=0)
                | (models.Q(reason=QuotaReason.EDIT) & ~models.Q(amount=0)),
                name="quota_entry_sign",
            ),
        ]
        indexes = [
            models.Index(fields=["ledger", "at", "number"], name="quota_entry_of_ledger"),
            models.Index(fields=["account", "at", "number"], name="quota_entry_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.ledger_id}/{self.number}"
