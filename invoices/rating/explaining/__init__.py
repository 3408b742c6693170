"""Why a line of a bill has its amount, from the inputs that the bill was made from.

An explanation is plain JSON content (docs/rating.md, "Explanations"): whoever has it can compute
the line again without any other source.
"""

from invoices.rating.explaining.kept import opened
from invoices.rating.explaining.late import billed, correction, credit
from invoices.rating.explaining.lines import Line, explain
from invoices.rating.explaining.rebuilt import Needs, Rebuilt, needs

__all__ = [
    "Line",
    "Needs",
    "Rebuilt",
    "billed",
    "correction",
    "credit",
    "explain",
    "needs",
    "opened",
]
