"""`manage.py close_month YYYY-MM [--account KEY] [--wait]`"""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing_portal.common import clock
from billing_portal.common.dispatch import send
from billing_portal.common.periods import BadMonth, Month
from invoices.choices import ItemState
from invoices.models import BillingRun, RunItem
from invoices.selectors.runs import Progress, progress, unrendered
from invoices.services import runs
from invoices.tasks import documents
from invoices.tasks.runs import sweep

ACTOR = "manage.py close_month"
HINT_AFTER = 30.0
"""Seconds without any progress after which a missing worker is the likely reason."""


class Command(BaseCommand):
    help = (
        "Close an ended month: rate it, issue its invoices, render their PDFs. The work is done by"
        " the worker; running the command again does nothing that is done, and tries parked"
        " accounts again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="The month, as 2026-10.")
        parser.add_argument(
            "--account", action="append", default=[], help="Only this billing account (its key)."
        )
        parser.add_argument(
            "--wait", action="store_true", help="Wait until all is closed and rendered."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = Month.parse(options["month"])
            run = runs.open_run(
                month=month, account_keys=options["account"], now=clock.now(), actor=ACTOR
            )
        except (BadMonth, runs.RunRefused) as error:
            raise CommandError(str(error)) from error
        send(sweep)
        send(documents.sweep)
        if options["wait"]:
            self._wait(run)
        self._report(run)

    def _wait(self, run: BillingRun) -> None:
        seen, since = None, time.monotonic()
        while not (state := (progress(run), unrendered(run).count()))[0].is_over or state[1]:
            if state != seen:
                seen, since = state, time.monotonic()
                self.stdout.write(_line(*state))
            elif time.monotonic() - since > HINT_AFTER:
                since = time.monotonic()
                self.stderr.write("No progress: is a worker running? (manage.py up)")
            time.sleep(0.2)

    def _report(self, run: BillingRun) -> None:
        state = progress(run)
        self.stdout.write(f"{run.month}: {_line(state, unrendered(run).count())}")
        parked = RunItem.objects.filter(run=run, state=ItemState.PARKED).select_related("account")
        for item in parked.order_by("account__key", "coverage"):
            for problem in item.problems:
                self.stderr.write(
                    f"{item.account.key} {item.coverage} parked:"
                    f" {problem['what']} {problem['remedy']}"
                )
        if state.parked or state.waiting:
            raise CommandError(f"{run.month} is not closed for all accounts.")


def _line(state: Progress, unrendered_count: int) -> str:
    parts = [f"{state.closed} of {state.total} closed"]
    numbers = {
        "proposed": state.proposed,
        "pending": state.pending,
        "parked": state.parked,
        "waiting for an earlier month": state.waiting,
        "PDFs to render": unrendered_count,
    }
    parts += [f"{number} {name}" for name, number in numbers.items() if number]
    return ", ".join(parts)
