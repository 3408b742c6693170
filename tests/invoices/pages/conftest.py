"""Who visits the pages, when, and a bill with devices."""

import pytest

from accounts.models import Account
from invoices.models import Bill
from tests.invoices.pages import fleet
from tests.portal.visitors import clerk, closed, november, real, real_once

__all__ = ["clerk", "closed", "november", "real", "real_once"]


@pytest.fixture
def october(agg: Account) -> Bill:
    """October of AGG in Japan with four tagged SIMs and a line of no device."""
    return fleet.october(agg)
