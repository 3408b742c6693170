"""What staff type about service packages and campaigns. Each form hands it to one service."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing_portal.common.staff import ActForm
from usage.forms.fields import SinceField, account_field, like
from usage.models import Campaign, ServicePackage
from usage.models.packages import LONGEST_NOTE
from usage.services.packages import PackageWish, campaigns, packages
from usage.services.packages.campaigns import CampaignWish
from usage.services.packages.packages import MOST_TOKENS


class PackageForm(ActForm):
    """A package that begins at an instant."""

    account = account_field()
    quota = forms.IntegerField(label=_("Update tokens"), min_value=1, max_value=MOST_TOKENS)
    starts_at = SinceField(label=_("Starts at"), help_text=_("In UTC. It is valid for 12 months."))
    note = like(ServicePackage, "note")

    def save(self, *, actor: str, now: datetime) -> ServicePackage:
        """Create it. Raises PackageRefused."""
        wish = PackageWish(**self.values("account", "quota", "note"))
        starts_at = self.cleaned_data["starts_at"]
        return packages.create(wish=wish, starts_at=starts_at, actor=actor, now=now)


class RenewalForm(ActForm):
    """The package that follows the running one."""

    quota = forms.IntegerField(
        label=_("Update tokens"),
        min_value=1,
        max_value=MOST_TOKENS,
        help_text=_("Of the next package."),
    )
    note = like(ServicePackage, "note")

    def save(self, package: ServicePackage, *, actor: str, now: datetime) -> None:
        wish = PackageWish(account=package.account, **self.values("quota", "note"))
        packages.renew(wish=wish, actor=actor, now=now)


class TokensForm(ActForm):
    """More tokens for a package, or fewer."""

    change = forms.IntegerField(label=_("Change by"), help_text=_("With a minus to take away."))
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_NOTE)

    def save(self, package: ServicePackage, *, actor: str, now: datetime) -> None:
        typed = self.values("change", "reason")
        packages.edit_tokens(package=package, **typed, actor=actor, now=now)


class WithdrawalForm(ActForm):
    """Why a package that waits is not to begin."""

    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_NOTE)

    def save(self, package: ServicePackage, *, actor: str, now: datetime) -> None:
        packages.withdraw(package=package, **self.values("reason"), actor=actor, now=now)


class CampaignForm(ActForm):
    """Tokens for the devices that a campaign may update."""

    account = account_field()
    name = like(Campaign, "name", label=_("Campaign"))
    count = forms.IntegerField(
        label=_("Devices"),
        min_value=1,
        max_value=MOST_TOKENS,
        help_text=_("A token is reserved for each of them."),
    )
    campaign_id = forms.UUIDField(
        label=_("Id"),
        required=False,
        help_text=_("32 hexadecimal digits, as the update service knows it. Empty: one is made."),
    )

    def save(self, *, actor: str, now: datetime) -> Campaign:
        """Start it. Raises PackageRefused."""
        wish = CampaignWish(**self.values("account", "name", "count", "campaign_id"))
        return campaigns.start(wish=wish, actor=actor, now=now)


class FinishForm(ActForm):
    """How many devices were updated with success."""

    updated = forms.IntegerField(
        label=_("Updated devices"),
        min_value=0,
        required=False,
        help_text=_("Empty: devices with a fact of a successful update are counted."),
    )
    note = forms.CharField(label=_("Note"), max_length=LONGEST_NOTE, required=False)

    def save(self, campaign: Campaign, *, actor: str, now: datetime) -> None:
        typed: dict[str, Any] = self.values("updated", "note")
        campaigns.finish(campaign=campaign, **typed, actor=actor, now=now)
