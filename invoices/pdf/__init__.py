from invoices.pdf.documents import PRINTABLE, UnknownSnapshot, made_with, page, render
from invoices.pdf.pieces import Annexed
from invoices.pdf.press import FontMissing, NotPrinted

__all__ = [
    "PRINTABLE",
    "Annexed",
    "FontMissing",
    "NotPrinted",
    "UnknownSnapshot",
    "made_with",
    "page",
    "render",
]
