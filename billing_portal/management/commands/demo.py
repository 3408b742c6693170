"""`manage.py demo`: a made-up seller with customers and three months of usage."""

from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing_portal.common import clock
from billing_portal.common.periods import BadMonth, Month
from billing_portal.management.demo.files import UsageFile
from billing_portal.management.demo.logins import demo_logins
from billing_portal.management.demo.make import DemoRefused, make_demo


class Command(BaseCommand):
    help = "Fill an empty database with a made-up seller, customers and three months of usage."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--month", help="the last of the three months, as YYYY-MM; the running one by default"
        )

    def handle(self, *, month: str | None, **_options: Any) -> None:
        now = clock.now()
        try:
            last = Month.parse(month) if month else Month.of(now)
            folder = settings.VAR_DIR / "demo"
            files = make_demo(month=last, now=now, folder=folder, take_in=take_in)
        except (BadMonth, DemoRefused) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{len(files)} usage files are in {folder}")
        self.stdout.write("Sign in as (this is a demonstration, everybody knows the password):")
        for login in demo_logins():
            self.stdout.write(f"  {login.email:28} {login.password}  {login.who}")


def take_in(file: UsageFile) -> None:
    """Hand a file to the intake, by the command that people use. It raises if a row is rejected."""
    call_command(
        "import_usage",
        str(file.path),
        "--format",
        file.format,
        "--source",
        file.source,
        stdout=StringIO(),
    )
