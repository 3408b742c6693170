"""Why a line of a bill has its amount, from the inputs that the bill was made from.

An explanation is plain JSON content (docs/rating.md, "Explanations"): whoever has it can compute
the line again without any other source.
"""

from invoices.rating.explaining.kept import opened
from invoices.rating.explaining.lines import Line, explain
from invoices.rating.explaining.rebuilt import Rebuilt, is_alone, narrowed

__all__ = ["Line", "Rebuilt", "explain", "is_alone", "narrowed", "opened"]
