"""`manage.py export_bill ACCOUNT YYYY-MM --coverage japan|global [--output FILE]`"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Account
from billing_portal.common import clock
from billing_portal.common.periods import BadMonth, Month
from invoices.choices import BillState
from invoices.exports import detail
from invoices.models import Bill
from invoices.rating.problems import Problem
from invoices.selectors.settings import NoIssuer
from invoices.services import bills
from usage.choices import Coverage
from usage.services import calendar


class Command(BaseCommand):
    help = (
        "Write the detailed billing CSV of one bill, to a file or to standard output. A month that"
        " is not closed is evaluated up to the last complete UTC day first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="The key of the billing account.")
        parser.add_argument("month", help="The month, as 2026-10.")
        parser.add_argument("--coverage", required=True, choices=Coverage.values)
        parser.add_argument("--output", type=Path, help="The file; standard output without it.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = Month.parse(options["month"])
        except BadMonth as error:
            raise CommandError(str(error)) from error
        account = Account.objects.filter(key=options["account"]).first()
        if account is None:
            raise CommandError(f"There is no account {options['account']}.")
        bill = _bill(account, month, options["coverage"])
        if options["output"]:
            detail.write_csv(bill=bill, path=options["output"])
        else:
            sys.stdout.buffer.writelines(detail.stream(bill))


def _bill(account: Account, month: Month, coverage: str) -> Bill:
    bill = Bill.objects.filter(account=account, month=month, coverage=coverage).first()
    if bill is not None and bill.state != BillState.TEMPORARY:
        return bill
    now = clock.now()
    if now < month.start:
        raise CommandError(f"{month} has not begun.")
    calendar.extend(through=month)
    try:
        evaluation = bills.evaluate(
            month=month, coverage=coverage, account_ids=[account.pk], now=now
        )
    except NoIssuer as error:
        raise CommandError(str(error)) from error
    if evaluation.bills:
        return evaluation.bills[0]
    raise CommandError(_reason(account, month, coverage, evaluation.problems.get(account.pk, [])))


def _reason(account: Account, month: Month, coverage: str, problems: list[Problem]) -> str:
    if problems:
        return " ".join(f"{problem.what} {problem.remedy}" for problem in problems)
    return f"{account.key} has no {coverage} bill of {month}: no devices or usage by then."
