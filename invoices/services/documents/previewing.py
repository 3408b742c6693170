"""A document before it exists: as it would be issued, without a number and marked as a draft."""

from django.db import transaction

from invoices.models import Bill, BillingRun
from invoices.rating.exchange import MissingExchangeRate
from invoices.rating.taxes import MissingTaxRate
from invoices.selectors.settings import NoIssuer
from invoices.services.documents.composition import NegativeTotal
from invoices.services.documents.issuing import drafts_of, prepare
from invoices.services.documents.sections import BillDiffers
from invoices.services.documents.snapshots import canonical

LABELS = {"ja": "下書き（未発行）", "en": "DRAFT, not issued"}
"""Where an issued document has its number, on every page."""


class NoPreview(Exception):
    """The document could not be issued as things are; the message says why."""


def preview(*, bill: Bill, run: BillingRun) -> str:
    """Return the snapshot (canonical JSON) of the document on which the bill would stand.

    Nothing is written.
    """
    try:
        prepared = prepare(bills=[bill], issue_date=run.issue_date)
        with transaction.atomic():
            drafts = drafts_of(prepared)
    except (BillDiffers, MissingExchangeRate, MissingTaxRate, NegativeTotal, NoIssuer) as error:
        raise NoPreview(str(error)) from error
    for problems in prepared.problems.values():
        raise NoPreview("; ".join(problem.what for problem in problems))
    made = next((each for each in drafts if bill in each.bills), None)
    if made is None:
        raise NoPreview(_WAITS)
    dates = {
        "issue_date": run.issue_date.isoformat(),
        "due_date": made.due_date(run.issue_date).isoformat(),
    }
    return canonical({**made.values, **dates, "label": LABELS[made.values["language"]]})


_WAITS = "It waits for another bill of its document, or until the minimum charge is reached."
