"""A page costs the same queries for three rows and for three hundred."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from tests.common.reports.acts import acts

pytestmark = pytest.mark.django_db
MOST = 15


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", ["/acts/", "/acts/?q=thing&sort=subject", "/acts/?page=2"])
def test_queries_do_not_grow(clerk: Client, agg: Account, address: str) -> None:
    acts(agg, 30)
    few = _queries(clerk, address)
    acts(agg, 300)
    assert _queries(clerk, address) == few <= MOST
