"""Metered facts, the files they came in, and the gate between intake and close."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Job
from billing_portal.common.fields import MonthField
from billing_portal.common.frozen import frozen
from billing_portal.common.history import HistoricalRecords
from usage.choices import Coverage, Evidence, FileFormat, Fold, ImportState, MonthState


class Meter(models.Model):
    """What is counted, in which smallest unit."""

    code = models.CharField(_("code"), max_length=64)
    name = models.CharField(_("name"), max_length=200, blank=True)
    unit = models.CharField(_("unit"), max_length=32)
    fold = models.CharField(_("fold"), max_length=4, choices=Fold.choices, default=Fold.SUM)
    evidence = models.CharField(
        _("evidence"),
        max_length=6,
        choices=Evidence.choices,
        blank=True,
        help_text=_("What a fact proves of its device: that it was seen, or that it was active."),
    )
    is_priced = models.BooleanField(
        _("priced"),
        default=True,
        help_text=_("If not, it is counted for reports only and never on a bill."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("meter")
        verbose_name_plural = _("meters")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="meter_code_unique",
                violation_error_message=_("Another meter has this code."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Source(models.Model):
    """A feed. Event ids are unique within it."""

    name = models.CharField(_("name"), max_length=64)
    event_id_rule = models.CharField(
        _("event id"),
        max_length=500,
        blank=True,
        help_text=_("What makes the event id of its rows, once a feed profile has said so."),
    )

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="source_name_unique",
                violation_error_message=_("Another source has this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FeedProfile(models.Model):
    """How the columns of an operator's own files become records (docs/feeds.md)."""

    name = models.CharField(_("name"), max_length=64)
    text = models.TextField(_("profile"), help_text=_("TOML, as docs/feeds.md describes it."))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("feed profile")
        verbose_name_plural = _("feed profiles")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="feed_profile_name_unique",
                violation_error_message=_("Another profile has this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """One file that was taken in, and what became of its rows.

    While it is running, `lease_owner` names the process, which says now and then that it is alive.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="imports")
    file_name = models.CharField(_("file"), max_length=255)
    format = models.CharField(_("format"), max_length=16, choices=FileFormat.choices)
    profile = models.CharField(_("feed profile"), max_length=64, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="imports")
    state = models.CharField(
        _("state"), max_length=8, choices=ImportState.choices, default=ImportState.RUNNING
    )
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    actor = models.CharField(_("who"), max_length=254, blank=True)
    accepted = models.PositiveBigIntegerField(_("accepted"), default=0)
    duplicate = models.PositiveBigIntegerField(_("duplicate"), default=0)
    conflict = models.PositiveBigIntegerField(_("conflict"), default=0)
    rejected = models.PositiveBigIntegerField(_("rejected"), default=0)
    late = models.PositiveBigIntegerField(_("late"), default=0)
    skipped = models.PositiveBigIntegerField(_("skipped"), default=0)
    error = models.TextField(_("error"), blank=True)
    rejected_file = models.CharField(_("rejected rows"), max_length=200, blank=True)
    lease_owner = models.CharField(max_length=255, blank=True, default="", editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-started_at", "-id"]
        indexes = [
            models.Index(
                fields=["state"],
                condition=models.Q(state=ImportState.RUNNING),
                name="import_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.started_at:%Y-%m-%d %H:%M})"


@frozen()
class UsageRecord(models.Model):
    """One immutable metered fact. Its references are proved by intake, not by the database.

    `account` is the owner of the device at `at`. `whole_day` marks a fact known by day only: it
    has no time of day (rules.md Q6). `late` marks a fact whose month was closed when it came.
    """

    source = models.ForeignKey(
        Source, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    event_id = models.CharField(max_length=200)
    account = models.ForeignKey(
        Account, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    coverage = models.CharField(max_length=8, choices=Coverage.choices)
    device = models.ForeignKey(
        "usage.Device",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        db_index=False,
    )
    meter = models.ForeignKey(
        Meter, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    variant = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    whole_day = models.BooleanField(default=False)
    quantity = models.BigIntegerField()
    late = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("usage record")
        verbose_name_plural = _("usage records")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "event_id"], name="usage_record_unique"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=0), name="usage_record_quantity_not_negative"
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "at"],
                include=["coverage", "device", "meter", "variant", "whole_day", "quantity", "late"],
                name="usage_record_rating",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}/{self.event_id}"


class AccountMonth(models.Model):
    """The gate that puts intake and close of one month in order (design.md §4.6).

    Who writes anything that touches the month locks the row and raises `version`; who closes it
    rates first, then locks and goes on only if `version` is still what it was. `billed_version` is
    the version that closed bills know; a closed month with another one has facts that came late
    and are on no bill yet. None: no closed bill has all of its facts.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    month = MonthField(_("month"))
    state = models.CharField(
        _("state"), max_length=8, choices=MonthState.choices, default=MonthState.OPEN
    )
    version = models.BigIntegerField(_("version"), default=0)
    late_facts = models.BigIntegerField(_("late facts"), default=0)
    billed_version = models.BigIntegerField(_("billed version"), null=True, editable=False)

    class Meta:
        verbose_name = _("month of an account")
        verbose_name_plural = _("months of accounts")
        ordering = ["account", "coverage", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "coverage", "month"], name="account_month_unique"
            ),
        ]
        indexes = [models.Index(fields=["month", "state"], name="account_month_state")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.coverage} {self.month}"
