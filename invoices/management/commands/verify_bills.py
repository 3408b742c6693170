"""`manage.py verify_bills [YYYY-MM]`"""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing_portal.common.periods import BadMonth, Month
from invoices.services import verification
from invoices.services.verification import Fault, Proof


class Command(BaseCommand):
    help = (
        "Prove closed bills: that nothing was altered since (seal), that the database and the"
        " catalogue still hold what they were made from (inputs), and that rating those inputs"
        " again gives the same lines (recomputation). Exits with 1 when a proof fails."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", nargs="?", help="One month, as 2026-10; all without it.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = Month.parse(options["month"]) if options["month"] else None
        except BadMonth as error:
            raise CommandError(str(error)) from error
        bills = verification.closed_bills(month=month)
        failed: Counter[Proof] = Counter()
        for bill in bills:
            failed.update({fault.proof for fault in self._shown(verification.faults_of(bill))})
        catalogue = verification.catalogue_faults()
        papers = verification.document_faults(month=month)
        list(self._shown([*catalogue, *papers]))
        for proof in Proof:
            self.stdout.write(
                f"{proof.value}: {len(bills) - failed[proof]} of {len(bills)} bills proved"
            )
        self.stdout.write(f"documents: {len(papers)} faults, catalogue: {len(catalogue)} faults")
        if failed or papers or catalogue:
            raise CommandError("Not every closed bill and document could be proved.")

    def _shown(self, faults: Iterable[Fault]) -> Iterator[Fault]:
        for fault in faults:
            self.stderr.write(str(fault))
            yield fault
