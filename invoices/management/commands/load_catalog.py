"""`manage.py load_catalog PATH`: loads items, prices, tax rates, fees and exchange rates."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from billing_portal.common import clock
from invoices.services.catalog import CatalogRefused, load_catalog

ACTOR = "manage.py load_catalog"


class Command(BaseCommand):
    help = "Load items, prices and tax rates from a folder or a file (docs/catalog.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a catalogue folder, or one of its files")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            report = load_catalog(path=options["path"], actor=ACTOR, now=clock.now())
        except CatalogRefused as refused:
            raise CommandError(str(refused)) from refused
        for kind, counts in report.counts.items():
            self.stdout.write(
                f"{kind}: {counts.added} added, {counts.changed} changed,"
                f" {counts.unchanged} unchanged"
            )
        if not report.changed_anything:
            self.stdout.write(_("Nothing changed."))
