"""Who visits the pages, when, and a bill with devices."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from accounts.models import Account
from invoices.models import Bill
from tests import cast, once
from tests.invoices.pages import fleet
from tests.portal.visitors import clerk, closed, november, real, real_once

__all__ = ["clerk", "closed", "november", "real", "real_once"]


@pytest.fixture(scope="module")
def october_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Makes `october` once, for a module of which every test uses this and looks at that."""
    with once.rows(django_db_blocker):
        fleet.october(cast.make_agg())
        yield


@pytest.fixture
def october(agg: Account) -> Bill:
    """October of AGG in Japan with four tagged SIMs and a line of no device."""
    return agg.bills.first() or fleet.october(agg)
