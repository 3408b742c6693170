"""The outbox: what is to be mailed, committed with the change that it tells of."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing_portal.common.leases import Leased


class Mail(Leased):
    """One message to one address, in words ready to send. Sent at least once, noted when it was.

    `about` is what it tells of, such as the number of a document. `attachment` names a PDF of the
    file storage that goes with it; mostly a link is enough.
    """

    to = models.EmailField(_("to"))
    kind = models.CharField(_("kind"), max_length=32)
    account_key = models.CharField(_("account"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=2)
    subject = models.CharField(pgettext_lazy("mail", "subject"), max_length=254)
    text = models.TextField(_("text"))
    about = models.CharField(_("about"), max_length=64, blank=True)
    attachment = models.CharField(_("stored file"), max_length=200, blank=True)
    attachment_name = models.CharField(_("attached file"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["about"], condition=~models.Q(about=""), name="mail_about")]

    def __str__(self) -> str:
        return f"{self.kind} {self.to}"
