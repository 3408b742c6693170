"""A running bill with tagged SIMs, a closed one, and the aggregator's browser."""

from tests.invoices.pages.conftest import october, october_once
from tests.portal.visitors import clerk, november, real

__all__ = ["clerk", "november", "october", "october_once", "real"]
