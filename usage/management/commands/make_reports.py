"""`manage.py make_reports YYYY-MM`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing_portal.common import clock
from billing_portal.common.periods import BadMonth, Month
from usage.models import ReportDue, UsageReport
from usage.services.reports import orders

ACTOR = "manage.py make_reports"


class Command(BaseCommand):
    help = (
        "Make the usage reports of a month that is over. They are frozen: running the command again"
        " makes only those that are missing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="The month, as 2026-10.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = Month.parse(options["month"])
            orders.open_month(month=month, now=clock.now(), actor=ACTOR)
        except (BadMonth, orders.ReportsRefused) as error:
            raise CommandError(str(error)) from error
        while orders.make_next(now=clock.now()):
            pass
        self._report(month)

    def _report(self, month: Month) -> None:
        made = UsageReport.objects.filter(month=month).count()
        self.stdout.write(f"{month}: {made} reports")
        left = ReportDue.objects.filter(month=month).select_related("account")
        for row in left.order_by("account__key"):
            why = row.error or "is being made by another process"
            self.stderr.write(f"{row.account.key}: {why}")
        if left:
            raise CommandError(f"Reports of {month} are missing.")
