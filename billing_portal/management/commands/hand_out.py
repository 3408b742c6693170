"""`manage.py hand_out`: the PDFs and detail CSVs of closed months as files named for people."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from billing_portal.management.handout import hand_out
from invoices.models import Bill


class Command(BaseCommand):
    help = "Write the PDF of every invoice and the detail CSV of every closed bill into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.VAR_DIR / "out")

    def handle(self, *, folder: Path, **_options: Any) -> None:
        for kind, path in hand_out(folder=folder, export=export_bill):
            self.stdout.write(f"{kind}  {path}")


def export_bill(bill: Bill, path: Path) -> None:
    """Write the detail CSV of a bill with the command that people use."""
    call_command(
        "export_bill",
        bill.account.key,
        bill.month.iso,
        "--coverage",
        bill.coverage,
        "--output",
        str(path),
        verbosity=0,
    )
