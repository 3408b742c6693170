from invoices.pdf.documents import PRINTABLE, UnknownSnapshot, made_with, page, render
from invoices.pdf.press import FontMissing, NotPrinted

__all__ = [
    "PRINTABLE",
    "FontMissing",
    "NotPrinted",
    "UnknownSnapshot",
    "made_with",
    "page",
    "render",
]
