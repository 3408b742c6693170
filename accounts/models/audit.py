"""What people did, in words that outlive the rows it was done to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing_portal.common.frozen import frozen


@frozen()
class AuditEntry(models.Model):
    """One act. People and objects are named as text, so that nothing can empty the entry."""

    at = models.DateTimeField(_("at"), db_index=True)
    actor = models.CharField(_("who"), max_length=254, help_text=_("E-mail address or key name."))
    account_key = models.CharField(_("account"), max_length=64, blank=True)
    action = models.CharField(_("action"), max_length=64)
    subject = models.CharField(_("subject"), max_length=254, blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-id"]
        # Each search asks for the newest entries of one value: see accounts.selectors.audit.
        indexes = [
            models.Index(fields=["actor", "at"], name="audit_actor_at"),
            models.Index(fields=["account_key", "at"], name="audit_account_at"),
            models.Index(fields=["action", "at"], name="audit_action_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.subject}"
