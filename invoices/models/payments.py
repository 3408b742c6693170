"""The side of documents that changes: what is still to be paid, and what came in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing_portal.common.leases import Leased
from invoices.choices import ReceivableState
from invoices.models.documents import Invoice


class Receivable(Leased):
    """What is to be paid for one document. `open_minor` is what of `amount_minor` is not paid.

    It is due for work at `due_at`: the next attempt to charge a card, or the next reminder.
    """

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="receivable")
    amount_minor = models.BigIntegerField(_("amount"))
    open_minor = models.BigIntegerField(_("open"))
    state = models.CharField(
        _("state"), max_length=9, choices=ReceivableState.choices, default=ReceivableState.OPEN
    )

    class Meta:
        verbose_name = _("receivable")
        verbose_name_plural = _("receivables")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "due_at"], name="receivable_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(open_minor__gte=0)
                & models.Q(open_minor__lte=models.F("amount_minor")),
                name="receivable_open_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.state}"
