"""Keys by which programs come in, and tokens that were given up before their time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.tree import Account


class ApiKey(models.Model):
    """A key of an account. Revoked, never deleted.

    `public_id` names it; its secret is shown once and kept as `digest` only, a keyed hash, which is
    enough for a secret that nobody chose. `scopes` are values of `Scope`.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="api_keys")
    name = models.CharField(_("name"), max_length=100)
    public_id = models.CharField(_("key ID"), max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("may"), default=list)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.CharField(_("created by"), max_length=254)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.CharField(_("revoked by"), max_length=254, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["account", "-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"


class EndedToken(models.Model):
    """A token whose holder signed out; forgotten once it would have expired by itself."""

    nonce = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("ended token")
        verbose_name_plural = _("ended tokens")

    def __str__(self) -> str:
        return self.nonce
