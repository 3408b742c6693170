"""`manage.py rebuild_activity`: counts who was active again, from the facts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import Account
from billing_portal.common import clock
from usage.ingest.recounting import recount

DIFFERENT = 1
"""Exit code of --check: the tables say something else than the facts."""


class Command(BaseCommand):
    help = (
        "Count again from the facts which devices were active and what meters counted by day. Run"
        " it once after an upgrade from a version without these tables, and after a change of what"
        " a meter is evidence of. Safe at any time and while usage comes in; running it again does"
        " nothing more."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say what differs")
        parser.add_argument("--account", help="key of one account; all if nothing is said")

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = Account.objects.order_by("key")
        if options["account"]:
            accounts = accounts.filter(key=options["account"])
            if not accounts:
                raise CommandError(_("There is no account %s.") % options["account"])
        months = different = 0
        for pk, key in accounts.values_list("pk", "key"):
            for one in recount(account_id=pk, now=clock.now(), mend=not options["check"]):
                months += 1
                if one.differed:
                    different += 1
                    self.stdout.write(f"{key} {one.month}")
        said = {"months": months, "different": different}
        if options["check"]:
            text = _("%(months)d months of accounts counted, %(different)d differ.") % said
            if different:
                raise CommandError(text, returncode=DIFFERENT)
        else:
            text = _("%(months)d months of accounts counted, %(different)d mended.") % said
        self.stdout.write(text)
