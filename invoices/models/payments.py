"""The side of documents that changes: what is still to be paid, and what came in."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing_portal.common.frozen import frozen
from billing_portal.common.leases import Leased
from invoices.choices import (
    ChargeState,
    CreditEntryKind,
    PaymentEntryKind,
    PaymentMethod,
    ReceivableState,
    RefundState,
)
from invoices.models.cards import Card
from invoices.models.documents import Invoice
from invoices.models.transfers import BankTransfer, CustomerCredit


class Receivable(Leased):
    """What is to be paid for one document: `open_minor` = `amount_minor` less all its entries.

    For a card payer it is due for work at `due_at`, the next attempt; `tries` counts the failed
    ones of this round, and `card` is the one to begin the round with, where it is not the default.
    `given_up_at` is when the last attempt failed: until it is paid, the features stay off.
    """

    invoice = models.OneToOneField(
        Invoice, models.PROTECT, related_name="receivable", verbose_name=_("document")
    )
    method = models.CharField(
        _("payment method"),
        max_length=8,
        choices=PaymentMethod.choices,
        default=PaymentMethod.CARD,
    )
    amount_minor = models.BigIntegerField(_("amount"))
    open_minor = models.BigIntegerField(_("open"))
    state = models.CharField(
        _("state"), max_length=9, choices=ReceivableState.choices, default=ReceivableState.OPEN
    )
    tries = models.PositiveSmallIntegerField(_("failed attempts"), default=0)
    card = models.ForeignKey(Card, models.PROTECT, null=True, blank=True, related_name="+")
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)

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


@frozen(when="{row}.state = 'succeeded'")
class Charge(models.Model):
    """One attempt to charge a card, written before the gateway is asked.

    The gateway gets `key` with it: asked again after a crash or a timeout, it answers what became
    of the first asking and does not charge twice.
    """

    receivable = models.ForeignKey(Receivable, models.PROTECT, related_name="charges")
    number = models.PositiveIntegerField(pgettext_lazy("entry", "number"))
    key = models.CharField(_("key"), max_length=64, unique=True)
    card = models.ForeignKey(Card, models.PROTECT, related_name="charges", verbose_name=_("card"))
    amount_minor = models.BigIntegerField(_("amount"))
    state = models.CharField(
        _("state"), max_length=9, choices=ChargeState.choices, default=ChargeState.STARTED
    )
    reference = models.CharField(_("reference"), max_length=255, blank=True)
    code = models.CharField(_("reason"), max_length=64, blank=True)
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        ordering = ["receivable", "number"]
        constraints = [
            models.UniqueConstraint(fields=["receivable", "number"], name="charge_number_unique"),
            models.UniqueConstraint(
                fields=["receivable"],
                condition=models.Q(state=ChargeState.STARTED),
                name="charge_one_at_a_time",
            ),
            models.CheckConstraint(condition=models.Q(amount_minor__gte=1), name="charge_positive"),
        ]

    def __str__(self) -> str:
        return self.key


@frozen()
class PaymentEntry(models.Model):
    """One movement of a receivable: what came in lowers what is open, `left` is open after it."""

    receivable = models.ForeignKey(
        Receivable, models.PROTECT, related_name="entries", db_index=False
    )
    number = models.PositiveIntegerField(pgettext_lazy("entry", "number"))
    kind = models.CharField(_("kind"), max_length=10, choices=PaymentEntryKind.choices)
    amount_minor = models.BigIntegerField(_("amount"))
    left_minor = models.BigIntegerField(_("open"))
    charge = models.OneToOneField(
        Charge, models.PROTECT, null=True, blank=True, related_name="entry"
    )
    transfer = models.ForeignKey(
        BankTransfer, models.PROTECT, null=True, blank=True, related_name="entries"
    )
    document = models.ForeignKey(
        Invoice, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("document"),
    )  # fmt: skip
    at = models.DateTimeField(_("at"))
    actor = models.CharField(_("who"), max_length=254, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("payment entry")
        verbose_name_plural = _("payment entries")
        ordering = ["receivable", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["receivable", "number"], name="payment_entry_number_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(left_minor__gte=0), name="payment_entry_left_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receivable_id}/{self.number}"


class Refund(Leased):
    """Money that goes back to the card that was charged, out of the customer's credit."""

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="refunds")
    key = models.CharField(_("key"), max_length=64, unique=True)
    amount_minor = models.BigIntegerField(_("amount"))
    state = models.CharField(
        _("state"), max_length=9, choices=RefundState.choices, default=RefundState.STARTED
    )
    reference = models.CharField(_("reference"), max_length=255, blank=True)
    started_at = models.DateTimeField(_("started at"))
    actor = models.CharField(_("who"), max_length=254)
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gte=1), name="refund_positive"),
        ]

    def __str__(self) -> str:
        return self.key


@frozen()
class CustomerCreditEntry(models.Model):
    """One movement of a customer's credit; `left_minor` is what it holds after it."""

    credit = models.ForeignKey(
        CustomerCredit, models.PROTECT, related_name="entries", db_index=False
    )
    number = models.PositiveIntegerField(pgettext_lazy("entry", "number"))
    kind = models.CharField(_("kind"), max_length=10, choices=CreditEntryKind.choices)
    amount_minor = models.BigIntegerField(_("amount"))
    left_minor = models.BigIntegerField(_("left"))
    receivable = models.ForeignKey(
        Receivable, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    actor = models.CharField(_("who"), max_length=254, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("entry of a customer's credit")
        verbose_name_plural = _("entries of customers' credits")
        ordering = ["credit", "number"]
        constraints = [
            models.UniqueConstraint(fields=["credit", "number"], name="credit_entry_number_unique"),
            models.CheckConstraint(
                condition=models.Q(left_minor__gte=0), name="credit_entry_left_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credit_id}/{self.number}"


class Reminder(models.Model):
    """A letter about a document before (`days` below 0) or after its due date; sent once."""

    receivable = models.ForeignKey(Receivable, models.PROTECT, related_name="reminders")
    days = models.SmallIntegerField(_("days after the due date"))
    on = models.DateField(_("on"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["receivable", "on"]
        indexes = [
            models.Index(
                fields=["on"], condition=models.Q(sent_at__isnull=True), name="reminder_waiting"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["receivable", "days"], name="reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.receivable_id} {self.days:+}"
