"""Who gets what at every address of the dialect; no address may be missing from it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.choices import Role, Scope
from accounts.models import Account
from billing_portal.urls import SORACOM
from tests import factories
from tests.api.conftest import Headers, SignIn, pair

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
READ, PAY = Scope.READ_BILLING, Scope.CHANGE_PAYMENT

Row = tuple[str, str, str, Scope | None, int]
Statuses = Callable[[str, str, Scope], list[int]]

# name of the address, method, its path, the scope it needs, and what a stranger gets
MATRIX: list[Row] = [
    ("auth", "post", "/auth", None, 401),
    ("logout", "post", "/auth/logout", None, 204),
    ("bills", "get", "/bills", READ, 200),
    ("bill-latest", "get", "/bills/latest", READ, 200),
    ("bill-latest-export", "post", "/bills/latest/export", READ, 404),
    ("sums-by-item", "get", "/bills/summaries/bill_items", READ, 200),
    ("sums-by-sim", "get", "/bills/summaries/sims", READ, 200),
    ("bill", "get", "/bills/202610", READ, 404),
    ("bill-daily", "get", "/bills/202610/daily", READ, 404),
    ("bill-export", "post", "/bills/202610/export", READ, 404),
    ("exported", "get", "/files/exported/fe_1", READ, 404),
    ("coupons", "get", "/coupons", READ, 200),
    ("coupons", "post", "/coupons", PAY, 400),
    ("coupon-register", "post", "/coupons/CODE/register", PAY, 400),
    ("coupon-confirm", "put", "/coupons/1/confirm", PAY, 404),
    ("orders", "get", "/orders", READ, 200),
    ("orders", "post", "/orders", PAY, 400),
    ("order", "get", "/orders/1", READ, 404),
    ("order-confirm", "put", "/orders/1/confirm", PAY, 404),
    ("order-cancel", "put", "/orders/1/cancel", PAY, 404),
    ("discounts", "get", "/volume_discounts", READ, 200),
    ("discounts", "post", "/volume_discounts", PAY, 400),
    ("available", "get", "/volume_discounts/available_discounts", READ, 200),
    ("discount", "get", "/volume_discounts/1", READ, 400),
    ("discount-confirm", "put", "/volume_discounts/1/confirm", PAY, 404),
    ("method", "get", "/payment_methods/current", READ, 404),
    ("method-activate", "post", "/payment_methods/current/activate", PAY, 404),
    ("transaction", "get", "/payment_history/transactions/S-1", READ, 404),
    ("statements", "get", "/payment_statements", READ, 200),
    ("statement-export", "post", "/payment_statements/S-1/export", READ, 400),
    ("payer", "get", "/payment_statements/payer_information", READ, 400),
    ("payer", "post", "/payment_statements/payer_information", PAY, 400),
    ("company", "get", "/operators/AGG/company_information", READ, 404),
    ("company", "post", "/operators/AGG/company_information", PAY, 404),
    ("company", "put", "/operators/AGG/company_information", PAY, 404),
]
GUARDED = [row for row in MATRIX if row[3] is not None]
IDS = [f"{name} {method}" for name, method, *_ in GUARDED]


def ask(client: Client, method: str, path: str, headers: Headers | None) -> int:
    response = getattr(client, method)(f"/v1{path}", headers=headers)
    assert response["Content-Type"] == "application/json"
    return int(response.status_code)


def by_password(client: Client, account: Account, role: Role) -> Headers:
    person = factories.person(account, role=role, password=PASSWORD)
    typed = {"email": person.email, "password": PASSWORD}
    return pair(client.post("/v1/auth", typed, content_type="application/json").json())


@pytest.fixture
def statuses(
    client: Client, soracom: SignIn, closed: Account, ten: Account, stray: Account
) -> Statuses:
    """What each caller gets at an address."""

    def answers(method: str, path: str, needs: Scope) -> list[int]:
        others = [scope for scope in Scope if scope != needs]
        callers = [
            None, {"X-Soracom-Token": "x"}, soracom(closed, *others), soracom(ten), soracom(stray)
        ]  # fmt: skip
        return [ask(client, method, path, headers) for headers in callers]

    return answers


@pytest.mark.usefixtures("november")
@pytest.mark.parametrize("row", GUARDED, ids=IDS)
def test_keys_reach_what_their_account_and_scopes_reach(
    row: Row, statuses: Statuses, client: Client, soracom: SignIn, closed: Account
) -> None:
    _name, method, path, needs, stranger = row
    assert needs is not None
    assert statuses(method, path, needs) == [401, 401, 403, 403, stranger]
    assert ask(client, method, path, soracom(closed, needs)) not in {401, 403}


@pytest.mark.usefixtures("november", "closed")
@pytest.mark.parametrize("role", Role)
def test_people_reach_what_they_reach_in_a_browser(
    client: Client, agg: Account, role: Role
) -> None:
    headers = by_password(client, agg, role)
    for _name, method, path, needs, _stranger in GUARDED:
        refused = needs == PAY and role == Role.VIEWER
        assert (ask(client, method, path, headers) == 403) is refused, path


def test_no_address_is_missing_from_the_matrix() -> None:
    known: dict[str, set[str]] = {}
    for name, method, *_ in MATRIX:
        known.setdefault(name, set()).add(method)
    there = {pattern.name: methods(pattern) for pattern in SORACOM if pattern.name}
    assert known == there


def methods(pattern: Any) -> set[str]:
    view = pattern.callback.cls
    return {method for method in ("get", "post", "put", "patch", "delete") if hasattr(view, method)}
