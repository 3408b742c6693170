from invoices.services.documents.annexes import AnnexDiffers, AnnexMissing
from invoices.services.documents.composition import NegativeTotal
from invoices.services.documents.corrections import (
    CorrectionRefused,
    ReturnWish,
    give_back,
    modify,
)
from invoices.services.documents.groups import hold
from invoices.services.documents.issuing import NotClosed, exchange_problems, issue, prepare
from invoices.services.documents.previewing import NoPreview, preview
from invoices.services.documents.rendering import RenderedOtherwise, render
from invoices.services.documents.sales import sell
from invoices.services.documents.sections import BillDiffers
from invoices.services.documents.snapshots import digest
from invoices.services.documents.sources import Totals
from invoices.services.documents.standing import Standing, standing_of
from invoices.services.documents.verification import Finding, verify_documents

__all__ = [
    "AnnexDiffers",
    "AnnexMissing",
    "BillDiffers",
    "CorrectionRefused",
    "Finding",
    "NegativeTotal",
    "NoPreview",
    "NotClosed",
    "RenderedOtherwise",
    "ReturnWish",
    "Standing",
    "Totals",
    "digest",
    "exchange_problems",
    "give_back",
    "hold",
    "issue",
    "modify",
    "prepare",
    "preview",
    "render",
    "sell",
    "standing_of",
    "verify_documents",
]
