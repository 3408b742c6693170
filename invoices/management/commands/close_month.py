"""`manage.py close_month YYYY-MM [--account KEY] [--approve] [--wait]`"""

import os
import pwd
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing_portal.common import clock
from billing_portal.common.dispatch import send
from billing_portal.common.parts.figures import money_text
from billing_portal.common.periods import BadMonth, Month
from invoices.choices import ItemState
from invoices.models import BillingRun, RunItem
from invoices.selectors.approvals import candidates
from invoices.selectors.runs import Progress, progress, unrendered
from invoices.services import runs
from invoices.tasks import documents
from invoices.tasks.runs import sweep

PAUSE = 0.2
CALL_AFTER = 10
"""Looks without a change: what intake overtook is due again before the calendar's next tick."""
HINT_AFTER = 150
"""Looks without a change after which a missing worker is the likely reason."""


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
            "--approve",
            action="store_true",
            help="Approve what is proposed by now; with --wait, once all of it is.",
        )
        parser.add_argument(
            "--wait", action="store_true", help="Wait until all is closed and rendered."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = Month.parse(options["month"])
            run = runs.open_run(
                month=month, account_keys=options["account"], now=clock.now(), actor=actor()
            )
        except (BadMonth, runs.RunRefused) as error:
            raise CommandError(str(error)) from error
        _call_for_workers()
        if options["wait"]:
            self._wait(run)
        if options["approve"] and progress(run).unapproved:
            self._approve(run, options["account"])
            if options["wait"]:
                self._wait(run)
        self._report(run)

    def _approve(self, run: BillingRun, account_keys: Sequence[str]) -> None:
        """Approve what is proposed at this moment, and say what that was."""
        found = candidates(run=run, account_keys=account_keys or None)
        for sum_ in found.sums:
            amount = money_text(sum_.gross_minor, sum_.currency)
            self.stdout.write(f"Approving {sum_.bills} bills, {amount} with tax.")
        try:
            done = runs.approve(
                run=run,
                seen=found.seen,
                item_ids=[row.item_id for row in found.rows],
                actor=actor(),
                now=clock.now(),
            )
        except runs.ApprovalRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if done.left:
            self.stderr.write(f"{done.left} accounts wait for somebody else's approval.")
        _call_for_workers()

    def _wait(self, run: BillingRun) -> None:
        seen, unchanged = None, 0
        while not _is_over(state := (progress(run), unrendered(run).count())):
            unchanged = unchanged + 1 if state == seen else 0
            if state != seen:
                self.stdout.write(_line(*state))
            elif unchanged % CALL_AFTER == 0:
                _call_for_workers()
            if unchanged and unchanged % HINT_AFTER == 0:
                self.stderr.write("No progress: is a worker running? (manage.py up)")
            seen = state
            time.sleep(PAUSE)

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
        if state.stopped or state.unapproved:
            raise CommandError(f"{run.month} is not closed for all accounts.")


def actor() -> str:
    """Who runs the command, for the audit trail and the four eyes: the user of the machine."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # containers have users without a name
        name = str(os.getuid())
    return f"manage.py close_month ({name})"


def _call_for_workers() -> None:
    send(sweep)
    send(documents.sweep)


def _is_over(state: tuple[Progress, int]) -> bool:
    run, unrendered_count = state
    return run.is_over and not unrendered_count


def _line(state: Progress, unrendered_count: int) -> str:
    parts = [f"{state.closed} of {state.total} closed"]
    numbers = {
        "to be approved": state.unapproved,
        "approved": state.approved,
        "pending": state.pending,
        "parked": state.parked,
        "waiting for an earlier month": state.waiting,
        "PDFs to render": unrendered_count,
    }
    parts += [f"{number} {name}" for name, number in numbers.items() if number]
    return ", ".join(parts)
