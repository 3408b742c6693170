"""What is refused of service packages and campaigns, in words that say what to do."""

from datetime import UTC, datetime

from django.utils.translation import gettext as _

from usage.choices import CampaignState
from usage.models import Campaign, ServicePackage


class PackageRefused(ValueError):
    """Something that cannot be so. `field` names what to change, where it is one."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class BadTerms(PackageRefused):
    """A number, date or name that cannot be."""


class NotBilled(PackageRefused):
    """The account is not billed itself, so it holds no package: it draws on its payer's."""


class NotAllowed(PackageRefused):
    """The account runs no campaigns: it has ended, or its features are disabled."""


class Overlap(PackageRefused):
    """Two packages of one account would be valid at the same time."""

    def __init__(self, other: ServicePackage, field: str = "") -> None:
        self.other = other
        text = _(
            "A package is valid from %(first)s to %(last)s already. Renew that one, or let the new"
            " one start when it ends."
        )
        said = {"first": instant_text(other.starts_at), "last": instant_text(other.ends_at)}
        super().__init__(text % said, field)


class NothingToRenew(PackageRefused):
    """No package is running. An expired one is not renewed: a new one is created."""

    def __init__(self) -> None:
        super().__init__(_("No package is running, so there is nothing to renew. Create one."))


class AlreadyRenewed(PackageRefused):
    """The next package waits already."""

    def __init__(self, pending: ServicePackage) -> None:
        self.pending = pending
        text = _(
            "The next package waits already: it begins on %(day)s. Edit its tokens, or withdraw it"
            " first."
        )
        super().__init__(text % {"day": instant_text(pending.starts_at)})


class NoPackage(PackageRefused):
    """There is no valid package to draw on (domain.md §2): no update is possible."""

    def __init__(self, *, expired: datetime | None, begins: datetime | None) -> None:
        self.expired, self.begins = expired, begins
        if begins is not None:
            text = _("No service package is valid: the next one begins on %(day)s.")
            super().__init__(text % {"day": instant_text(begins)})
        elif expired is not None:
            text = _("No service package is valid: the last one expired on %(day)s.")
            super().__init__(text % {"day": instant_text(expired)})
        else:
            super().__init__(_("No service package is valid: there has been none yet."))


class NotEnoughTokens(PackageRefused):
    """More tokens are wanted than are left."""

    def __init__(self, wanted: int, left: int, field: str = "") -> None:
        self.wanted, self.left = wanted, left
        text = _("%(wanted)s tokens are wanted and %(left)s are left.")
        super().__init__(text % {"wanted": f"{wanted:,}", "left": f"{left:,}"}, field)


class CampaignOver(PackageRefused):
    """The campaign has ended before, in another way."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        said = {"name": campaign.name, "updated": f"{campaign.updated or 0:,}"}
        said["day"] = instant_text(campaign.ended_at) if campaign.ended_at else ""
        if campaign.state == CampaignState.TERMINATED:
            text = _(
                "Campaign %(name)s ended on %(day)s with its service package: nothing comes back."
            )
        else:
            text = _("Campaign %(name)s is finished since %(day)s with %(updated)s updates.")
        super().__init__(text % said)


class SameCampaign(PackageRefused):
    """Another campaign has this id."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        text = _("The id %(id)s belongs to campaign %(name)s, which reserved %(count)s tokens.")
        said = {"id": campaign.pk.hex, "name": campaign.name, "count": f"{campaign.reserved:,}"}
        super().__init__(text % said, "campaign_id")


class TooManyUpdates(PackageRefused):
    """More devices were updated than the campaign reserved tokens for."""

    def __init__(self, updated: int, reserved: int) -> None:
        self.updated, self.reserved = updated, reserved
        text = _("%(updated)s updates are more than the %(reserved)s tokens that were reserved.")
        said = {"updated": f"{updated:,}", "reserved": f"{reserved:,}"}
        super().__init__(text % said, "updated")


def instant_text(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
