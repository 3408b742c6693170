from invoices.pdf.documents import PRINTABLE, UnknownSnapshot, made_with, render
from invoices.pdf.press import FontMissing

__all__ = ["PRINTABLE", "FontMissing", "UnknownSnapshot", "made_with", "render"]
