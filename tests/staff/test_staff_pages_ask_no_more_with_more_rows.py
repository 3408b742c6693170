"""The number of queries of a staff page does not grow with its rows."""

from collections.abc import Callable

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, User
from invoices.models import BillingRun, BillItem
from tests import factories, once
from tests.staff.test_every_page_of_the_staff_opens import MODELS, every_model, page
from tests.staff.world import world
from usage.models import Device


def queries(client: Client, address: str) -> int:
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def _one_and_then_four() -> dict[type[Model], int]:
    """How many queries each list takes with one row. From then on there are four."""
    client = Client()
    client.force_login(factories.user(is_staff=True, is_superuser=True))
    world("W1")
    counted = {model: queries(client, page(model, "changelist")) for model in MODELS}
    for key in ("W2", "W3", "W4"):
        world(key)
    return counted


with_one = once.made(_one_and_then_four)


@every_model
def test_lists_with_one_row_and_with_four(
    model: type[Model], client: Client, operator: User, with_one: dict[type[Model], int]
) -> None:
    client.force_login(operator)
    assert model._default_manager.count() >= 4 or model.__name__ == "Source"
    assert queries(client, page(model, "changelist")) == with_one[model]


def more_people(account: Account) -> None:
    factories.person(account)
    factories.placement(account=account, since=factories.MONTH.next.first_day)


def more_points(device: Device) -> None:
    for day in (3, 4, 5):
        since = factories.NOW.replace(day=day)
        factories.status(device=device, status="active", since=since)


def more_prices(item: BillItem) -> None:
    for _ in range(3):
        factories.price(item=item, plan=factories.plan())


def more_parked(run: BillingRun) -> None:
    for _ in range(3):
        account = factories.account()
        factories.run_item(run=run, account=account, state="parked")


@pytest.mark.parametrize(
    ("model", "grow"),
    [
        (Account, more_people),
        (Device, more_points),
        (BillItem, more_prices),
        (BillingRun, more_parked),
    ],
    ids=lambda value: value.__name__,
)
def test_pages_with_more_parts(
    model: type[Model], grow: Callable[[Model], None], client: Client, operator: User
) -> None:
    client.force_login(operator)
    row = model._default_manager.first()
    assert row is not None
    before = queries(client, page(model, "change", row.pk))
    grow(row)
    assert queries(client, page(model, "change", row.pk)) == before
