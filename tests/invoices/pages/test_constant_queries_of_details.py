"""Pages that read the detail file of a bill ask the database little."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from invoices.models import Bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october_once")]
AT_MOST = 15
BILL = "/bills/AGG/japan/2026-10/"


@pytest.mark.parametrize(
    "path",
    [
        "devices/",
        "devices/?q=pump&item=dataTrafficCharge",
        "tags/?tag=site",
        "groups/",
        "lines/",
        "lines/?device=999001",
        "days/?item=dataTrafficCharge",
        "?device=999001",
    ],
)
def test_pages_that_read_the_detail_file(
    clerk: Client,
    october: Bill,
    path: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(AT_MOST):
        assert clerk.get(f"{BILL}{path}").status_code == 200
