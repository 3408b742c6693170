"""`manage.py quote SCENARIO.json --format table|csv|json`: what would this fleet cost?"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from invoices.exports.quotes import FORMATS
from invoices.rating.scenarios import BadScenario, document
from invoices.rating.scenarios.text import LARGEST
from invoices.services.catalog import CatalogRefused
from invoices.services.quoting import CannotBeQuoted, quote

STDIN = "-"
REFUSED = 2


class Command(BaseCommand):
    help = (
        "Tell what a fleet would cost: rate a scenario file (docs/rating.md) over the default"
        " catalogue. It needs no database and no customer. What is wrong with the file is told by"
        " field, and the exit code is 2."
    )
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scenario", help="The scenario file; - for standard input.")
        parser.add_argument(
            "--format",
            choices=list(FORMATS),
            default="table",
            help="A table of items, the detail CSV of the bill, or JSON with all lines.",
        )
        parser.add_argument(
            "--catalog",
            type=Path,
            default=Path(settings.BASE_DIR) / "catalog",
            help="Another catalogue folder than the default one (docs/catalog.md).",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            found = quote(
                document=document(_bytes(options["scenario"])), catalog=options["catalog"]
            )
        except (OSError, BadScenario, CatalogRefused, CannotBeQuoted) as error:
            text = f"{options['scenario']} cannot be quoted:\n{error}"
            raise CommandError(text, returncode=REFUSED) from error
        _write(FORMATS[options["format"]](found))


def _bytes(name: str) -> bytes:
    """The bytes of a file, one more than are allowed at most."""
    if name == STDIN:
        return sys.stdin.buffer.read(LARGEST + 1)
    with Path(name).open("rb") as file:
        return file.read(LARGEST + 1)


def _write(pieces: Iterable[bytes]) -> None:
    """Write to standard output; who reads it may have seen enough, such as `head`."""
    try:
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
