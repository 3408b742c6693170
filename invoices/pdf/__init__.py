from invoices.pdf.documents import PRINTABLE, UnknownSnapshot, made_with, render
from invoices.pdf.press import FontMissing, NotPrinted

__all__ = ["PRINTABLE", "FontMissing", "NotPrinted", "UnknownSnapshot", "made_with", "render"]
