"""`manage.py campaign start|finish|show`: an update service reserves tokens and gives them back."""

import json
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import Account
from billing_portal.common import clock
from usage.models import Campaign
from usage.services.packages import PackageRefused, campaigns
from usage.services.packages.campaigns import CampaignWish

REFUSED = 1
"""Exit code: the campaign cannot start or end so; the reason stands in the message."""
UNKNOWN = 2
"""Exit code: no such account or campaign, or the command was not understood."""

ACTOR = "campaign"

HELP = """Reserve update tokens for a campaign, give back what it did not use (docs/packages.md).

start ACCOUNT NAME COUNT  reserves a token for each of COUNT devices, from the package of whoever
                          is billed for ACCOUNT, and writes the campaign as JSON.
finish ID                 ends it; devices with a fact of a successful update are counted.
show ID                   writes it as JSON.

With --id, starting again is safe: the same campaign is written. So is finishing again.

Exit code: 0 done, 1 refused, 2 unknown account or campaign."""


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        acts = parser.add_subparsers(dest="act", required=True)
        start = acts.add_parser("start")
        start.add_argument("account", help="key of the account that runs the campaign")
        start.add_argument("name")
        start.add_argument("count", type=int)
        start.add_argument("--id", type=_campaign_id, help="32 hexadecimal digits")
        finish = acts.add_parser("finish")
        finish.add_argument("id", type=_campaign_id)
        finish.add_argument("--updated", type=int, help="how many devices, if facts do not say it")
        acts.add_parser("show").add_argument("id", type=_campaign_id)

    def handle(self, *args: Any, **options: Any) -> None:
        acts = {"start": _start, "finish": _finish, "show": _show}
        try:
            campaign = acts[options["act"]](options)
        except PackageRefused as refusal:
            raise CommandError(str(refusal), returncode=REFUSED) from refusal
        except Account.DoesNotExist as error:
            text = _("There is no account %(key)s.") % {"key": options["account"]}
            raise CommandError(text, returncode=UNKNOWN) from error
        except Campaign.DoesNotExist as error:
            text = _("There is no campaign %(id)s.") % {"id": options["id"].hex}
            raise CommandError(text, returncode=UNKNOWN) from error
        self.stdout.write(json.dumps(_plain(campaign), ensure_ascii=False))


def _start(options: dict[str, Any]) -> Campaign:
    account = Account.objects.get(key=options["account"])
    wish = CampaignWish(
        account=account, name=options["name"], count=options["count"], campaign_id=options["id"]
    )
    return campaigns.start(wish=wish, actor=ACTOR, now=clock.now())


def _finish(options: dict[str, Any]) -> Campaign:
    campaign = _show(options)
    return campaigns.finish(
        campaign=campaign, updated=options["updated"], actor=ACTOR, now=clock.now()
    )


def _show(options: dict[str, Any]) -> Campaign:
    return Campaign.objects.select_related("account").get(pk=options["id"])


def _plain(campaign: Campaign) -> dict[str, Any]:
    return {
        "id": campaign.pk.hex,
        "account": campaign.account.key,
        "name": campaign.name,
        "state": campaign.state,
        "reserved": campaign.reserved,
        "updated": campaign.updated,
        "started_at": campaign.started_at.isoformat(),
        "ended_at": campaign.ended_at.isoformat() if campaign.ended_at else None,
    }


def _campaign_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ArgumentTypeError(_("write 32 hexadecimal digits.")) from error
