from invoices.services.documents.composition import BillDiffers, NegativeTotal
from invoices.services.documents.issuing import NotClosed, issue
from invoices.services.documents.previewing import NoPreview, preview
from invoices.services.documents.rendering import RenderedOtherwise, render
from invoices.services.documents.snapshots import digest
from invoices.services.documents.verification import Finding, verify_documents

__all__ = [
    "BillDiffers",
    "Finding",
    "NegativeTotal",
    "NoPreview",
    "NotClosed",
    "RenderedOtherwise",
    "digest",
    "issue",
    "preview",
    "render",
    "verify_documents",
]
