"""Long work that a person asked for and may walk away from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.choices import JobState, Reach
from accounts.models.people import User
from accounts.models.tree import Account
from billing_portal.common.leases import Leased


class Job(Leased):
    """One export, import or report: state, percentage, result file and its expiry.

    `account` is None for the work of staff that concerns many accounts. `result` is what the page
    says of finished work besides its file, such as counts of rows; its form depends on the kind.
    Who asked is a person, or a program by the name of its key.
    """

    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="jobs")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="jobs")
    program = models.CharField(_("key"), max_length=254, blank=True)
    kind = models.CharField(_("kind"), max_length=32)
    reach = models.CharField(_("seen by"), max_length=8, choices=Reach.choices, default=Reach.MONEY)
    subject = models.JSONField(_("subject"), help_text=_("What the job is about; depends on kind."))
    language = models.CharField(_("language"), max_length=2, default="en")
    state = models.CharField(
        _("state"), max_length=8, choices=JobState.choices, default=JobState.QUEUED
    )
    percent = models.PositiveSmallIntegerField(_("per cent"), default=0)
    result = models.JSONField(_("result"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"))
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    stored_as = models.CharField(_("stored as"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(account__isnull=False) | models.Q(reach=Reach.STAFF),
                name="job_of_an_account_or_staff",
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | ~models.Q(program=""),
                name="job_asked_for_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"

    @property
    def actor(self) -> str:
        """Who asked, as the audit trail names them."""
        return self.person.email if self.person else self.program

    @property
    def asker(self) -> User:
        """The person who asked, for work that programs cannot ask for."""
        if self.person is None:
            raise TypeError(f"Job {self.pk} was asked for by no person.")
        return self.person


class Heartbeat(models.Model):
    """When somebody who works in the background was last heard of."""

    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
