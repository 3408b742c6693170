"""Cards as the gateway names them: their numbers never reach us."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from billing_portal.common.frozen import frozen
from billing_portal.common.history import HistoricalRecords
from invoices.choices import CardNoticeKind
from usage.choices import Coverage

HELD = models.Q(removed_at__isnull=True)


class GatewayCustomer(models.Model):
    """Under which name a gateway knows one coverage of an account."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    gateway = models.CharField(_("gateway"), max_length=16)
    reference = models.CharField(_("reference"), max_length=255)

    class Meta:
        verbose_name = _("customer of a gateway")
        verbose_name_plural = _("customers of gateways")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "coverage", "gateway"], name="gateway_customer_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Card(models.Model):
    """A card of one coverage of an account: two at most, by `slot`, and one of them the default.

    It is usable through the last day of its month of expiry. A removed one stays, because charges
    name it. `renewed_at` is the instant of the last event of the gateway that changed it.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="cards")
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    gateway = models.CharField(_("gateway"), max_length=16)
    customer = models.CharField(_("customer"), max_length=255)
    reference = models.CharField(_("reference"), max_length=255)
    brand = models.CharField(_("brand"), max_length=32)
    last4 = models.CharField(_("last four digits"), max_length=4)
    exp_month = models.PositiveSmallIntegerField(_("month of expiry"))
    exp_year = models.PositiveSmallIntegerField(_("year of expiry"))
    slot = models.PositiveSmallIntegerField(_("place"))
    is_default = models.BooleanField(_("default"), default=False)
    added_at = models.DateTimeField(_("added at"))
    added_by = models.CharField(_("added by"), max_length=254)
    renewed_at = models.DateTimeField(_("renewed at"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        ordering = ["account", "coverage", "slot", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "coverage", "slot"], condition=HELD, name="card_place_unique"
            ),
            models.UniqueConstraint(
                fields=["account", "coverage"],
                condition=HELD & models.Q(is_default=True),
                name="card_default_unique",
            ),
            models.UniqueConstraint(
                fields=["gateway", "reference"], condition=HELD, name="card_reference_unique"
            ),
            models.CheckConstraint(condition=models.Q(slot__in=[1, 2]), name="card_at_most_two"),
            models.CheckConstraint(
                condition=models.Q(exp_month__gte=1, exp_month__lte=12), name="card_month_of_expiry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} …{self.last4}"


class CardSetup(models.Model):
    """A visit to the gateway's own page where a card is typed in; done once it brought a card."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    coverage = models.CharField(_("coverage"), max_length=8, choices=Coverage.choices)
    gateway = models.CharField(_("gateway"), max_length=16)
    key = models.CharField(_("key"), max_length=64, unique=True)
    customer = models.CharField(_("customer"), max_length=255)
    reference = models.CharField(_("reference"), max_length=255, blank=True)
    url = models.TextField(_("address"), blank=True)
    begun_at = models.DateTimeField(_("begun at"))
    begun_by = models.CharField(_("begun by"), max_length=254)
    card = models.ForeignKey(Card, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("registration of a card")
        verbose_name_plural = _("registrations of cards")
        ordering = ["-id"]
        indexes = [models.Index(fields=["gateway", "reference"], name="card_setup_reference")]

    def __str__(self) -> str:
        return self.key


class CardNotice(models.Model):
    """That the people of an account were told of an expiry; `expires` is the year and month."""

    card = models.ForeignKey(Card, models.PROTECT, related_name="notices")
    kind = models.CharField(_("kind"), max_length=8, choices=CardNoticeKind.choices)
    expires = models.CharField(_("expires"), max_length=7)
    sent_at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("notice of a card")
        verbose_name_plural = _("notices of cards")
        constraints = [
            models.UniqueConstraint(fields=["card", "kind", "expires"], name="card_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.card_id} {self.kind}"


@frozen()
class GatewayEvent(models.Model):
    """An event that a gateway told us of and that was dealt with; it is dealt with once."""

    gateway = models.CharField(_("gateway"), max_length=16)
    event_id = models.CharField(_("event"), max_length=255)
    kind = models.CharField(_("kind"), max_length=64)
    created_at = models.DateTimeField(_("created at"))
    received_at = models.DateTimeField(_("received at"))
    outcome = models.CharField(_("outcome"), max_length=64)

    class Meta:
        verbose_name = _("event of a gateway")
        verbose_name_plural = _("events of gateways")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="gateway_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class PaymentStop(models.Model):
    """That the features of an account were switched off because a payment failed for good."""

    account = models.OneToOneField(Account, models.PROTECT, related_name="payment_stop")
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("stop for want of payment")
        verbose_name_plural = _("stops for want of payment")

    def __str__(self) -> str:
        return f"{self.account_id}"
