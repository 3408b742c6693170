"""Long work that a person asked for and may walk away from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.choices import JobState
from accounts.models.people import User
from accounts.models.tree import Account
from billing_portal.common.leases import Leased


class Job(Leased):
    """One export, import or report: state, percentage, result file and its expiry."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="jobs")
    person = models.ForeignKey(User, models.PROTECT, related_name="jobs")
    kind = models.CharField(_("kind"), max_length=32)
    subject = models.JSONField(_("subject"), help_text=_("What the job is about; depends on kind."))
    state = models.CharField(
        _("state"), max_length=8, choices=JobState.choices, default=JobState.QUEUED
    )
    percent = models.PositiveSmallIntegerField(_("per cent"), default=0)
    created_at = models.DateTimeField(_("created at"))
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    stored_as = models.CharField(_("stored as"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"
