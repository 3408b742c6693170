"""A document before it exists: as it would be issued, without a number and marked as a draft."""

from invoices.models import Bill, BillingRun
from invoices.rating.taxes import MissingTaxRate
from invoices.selectors.settings import NoIssuer
from invoices.services.documents.composition import BillDiffers, NegativeTotal, draft
from invoices.services.documents.issuing import sources_of
from invoices.services.documents.snapshots import canonical

LABELS = {"ja": "下書き（未発行）", "en": "DRAFT, not issued"}
"""Where an issued document has its number, on every page."""


class NoPreview(Exception):
    """The document could not be issued as things are; the message says why."""


def preview(*, bill: Bill, run: BillingRun) -> str:
    """Return the snapshot (canonical JSON) that the bill would get; nothing is written."""
    try:
        made = draft(bills=[bill], sources=sources_of([bill]))
    except (BillDiffers, MissingTaxRate, NegativeTotal, NoIssuer) as error:
        raise NoPreview(str(error)) from error
    dates = {"issue_date": run.issue_date.isoformat(), "due_date": made.due_date.isoformat()}
    return canonical({**made.values, **dates, "label": LABELS[made.values["language"]]})
