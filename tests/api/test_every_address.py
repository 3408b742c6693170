"""What every address of the reference does alike. The client holds each answer against it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from accounts.models import Account
from billing_portal.common.api.wire import BODY_LIMIT
from billing_portal.common.periods import Month
from tests import credit_factories, factories
from tests.api import answers
from tests.api.conftest import Headers, SignIn

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PARTS = {"{month}": "202610", "{operator_id}": "AGG", "{pk}": "1"}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(factories.NOW, tick=False):
        yield


@pytest.fixture
def headers(soracom: SignIn, bearer: SignIn, agg: Account) -> Headers:
    return soracom(agg) | bearer(agg)


def told(client: Client, headers: Headers, body: bytes, status: int) -> dict[str, Any]:
    """The answers where the reference says that this status may come."""
    found = {}
    for path, methods in answers.reference()["paths"].items():
        address = path
        for part, value in PARTS.items():
            address = address.replace(part, value)
        for method, one in methods.items():
            if str(status) in one["responses"]:
                found[f"{method} {path}"] = client.generic(
                    method.upper(), address, body, "application/json", headers=headers
                )
    return found


def test_limits_how_often_it_may_be_asked(
    client: Client, headers: Headers, settings: Settings
) -> None:
    settings.API_LIMITS = dict.fromkeys(settings.API_LIMITS, 0)
    found = told(client, headers, b"", 429)
    assert {one.status_code for one in found.values()} == {429}
    assert all(int(one["Retry-After"]) > 0 for one in found.values())
    assert len(found) == sum(len(one) for one in answers.reference()["paths"].values())


def test_limits_what_it_reads(client: Client, headers: Headers, settings: Settings) -> None:
    settings.UPLOAD_LIMIT = BODY_LIMIT
    found = told(client, headers, b" " * (BODY_LIMIT + 1), 413)
    assert {name: one.status_code for name, one in found.items()} == dict.fromkeys(found, 413)
    assert "post /v1/usage-records" in found


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/v3/billing-report-active-devices?month=x"),
        ("get", "/v3/billing-report-firmware-updates"),
        ("post", "/v1/bills/latest/export?export_mode=x"),
        ("put", "/v1/volume_discounts/{order}/confirm"),
    ],
)
def test_says_what_is_wrong(
    client: Client, headers: Headers, agg: Account, method: str, address: str
) -> None:
    factories.bill(account=agg, month=Month.of(factories.NOW), state="temporary")
    item = credit_factories.contract_item()
    order = credit_factories.order(account=agg, item=item, state="cancelled").key
    response = getattr(client, method)(address.format(order=order), headers=headers)
    assert response.status_code == 400, response.content
