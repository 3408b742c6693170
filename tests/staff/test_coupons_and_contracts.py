"""Staff register coupons and contracts, correct and end them, and see what is left."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account, AuditEntry
from invoices.models import Contract, Coupon
from invoices.selectors.credits import balances
from tests import credit_factories, factories
from tests.factories import MONTH
from tests.invoices.credits import purse
from tests.staff.conftest import said

MAKE: dict[str, Callable[..., Any]] = {
    "coupon": credit_factories.coupon,
    "contract": credit_factories.contract,
}
HOSTILE = ["<script>alert(1)</script>", "=cmd()", "\u202egnp", "x" * 10_000, "a\0b"]


def page(model: str, what: str, *args: object) -> str:
    return reverse(f"admin:invoices_{model}_{what}", args=args)


def typed(owner: Account, **changes: Any) -> dict[str, Any]:
    """A purchase on the 28th of October."""
    values = {
        "account": owner.pk,
        "coverage": "japan",
        "item": credit_factories.coupon_item().pk,
        "kind": "purchase",
        "amount": "1000",
        "code": "C-1",
        "purchased_at_0": "2026-10-28",
        "purchased_at_1": "12:00:00",
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def errors(response: Any) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


def left(coupon: Coupon) -> object:
    return balances(coupon_ids=[coupon.pk])[coupon.pk]


def test_a_purchase_says_how_long_it_is_usable(agg: Account, staff: Client) -> None:
    response = staff.post(page("coupon", "add"), typed(agg))
    coupon = Coupon.objects.get()
    assert response.status_code == 302
    assert "1000 left, for bills from 2026-10 to 2027-11" in said(response)
    assert coupon.history.get().history_user.email == "operator@example.com"
    assert AuditEntry.objects.get(action="coupon.purchase").actor == "operator@example.com"


def test_a_grant_has_the_months_that_were_typed(agg: Account, staff: Client) -> None:
    months = {"first_month": "2026-11", "last_month": "2026-12"}
    staff.post(page("coupon", "add"), typed(agg, kind="grant", amount="0.5", **months))
    coupon = Coupon.objects.get()
    assert (coupon.first_month.iso, coupon.last_month.iso) == ("2026-11", "2026-12")
    assert coupon.entries.get().kind == "grant"


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"amount": "999"}, "amount"),
    ({"amount": "-1"}, "amount"),
    ({"amount": "1e400"}, "amount"),
    ({"amount": "NaN"}, "amount"),
    ({"account": "999999"}, "account"),
    ({"coverage": "mars"}, "coverage"),
    ({"kind": "use"}, "kind"),
    ({"purchased_at_0": None, "purchased_at_1": None}, "purchased_at"),
    ({"purchased_at_0": "2027-01-01"}, "purchased_at"),
    ({"purchased_at_0": "2025-12-31"}, "purchased_at"),
    ({"last_month": "2026-12"}, "last_month"),
    ({"kind": "grant"}, "last_month"),
    ({"kind": "grant", "first_month": "soon", "last_month": "2026-12"}, "first_month"),
    *(({"code": text}, "code") for text in HOSTILE),
    ({"note": HOSTILE[3]}, "note"),
]


@pytest.mark.parametrize(("changes", "field"), REFUSED)
def test_what_is_refused_stands_beside_its_field(
    changes: dict[str, Any], field: str, agg: Account, staff: Client
) -> None:
    response = staff.post(page("coupon", "add"), typed(agg, **changes))
    assert response.status_code == 200
    assert field in errors(response)
    assert not Coupon.objects.exists()
    assert "<script>alert" not in response.content.decode()


def test_what_is_left_is_shown_exact_and_rounded_down(agg: Account, staff: Client) -> None:
    coupon = credit_factories.coupon(account=agg)
    purse.spend(coupon, "100.4")
    for address in (page("coupon", "changelist"), page("coupon", "change", coupon.pk)):
        text = staff.get(address).content.decode()
        assert "899.6" in text
        assert "899 JPY" in text
    assert "-100.4" in text


def test_a_correction_by_an_amount_or_of_all_that_is_left(agg: Account, staff: Client) -> None:
    coupon = credit_factories.coupon(account=agg)
    address = page("coupon", "correct", coupon.pk)
    assert "1000 is left now" in staff.get(address).content.decode()
    staff.post(address, {"amount": "-0.4", "reason": "typo"})
    assert left(coupon) == Decimal("999.6")
    response = staff.post(address, {"all_of_it": "on", "reason": "returned"})
    assert "0 left" in said(response)
    assert left(coupon) == 0


@pytest.mark.parametrize(
    "data",
    [
        {"amount": "-1001", "reason": "x"},
        {"amount": "1"},
        {"reason": "nothing typed takes nothing back"},
        {"amount": "1", "all_of_it": "on", "reason": "both"},
    ],
)
def test_a_correction_that_is_refused(data: dict[str, str], agg: Account, staff: Client) -> None:
    coupon = credit_factories.coupon(account=agg)
    assert errors(staff.post(page("coupon", "correct", coupon.pk), data))
    assert left(coupon) == 1000


@pytest.mark.parametrize("model", ["coupon", "contract"])
def test_only_the_note_changes_on_its_page(model: str, agg: Account, staff: Client) -> None:
    row = MAKE[model](account=agg)
    parts = {f"entries-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
    data = {"note": "<b>", "amount": "5", "units": "7", "last_month": "2030-01", **parts}
    assert staff.post(page(model, "change", row.pk), data).status_code == 302
    text = staff.get(page(model, "change", row.pk)).content.decode()
    assert "&lt;b&gt;" in text
    row.refresh_from_db()
    assert row.last_month != MONTH.plus(39)
    assert AuditEntry.objects.filter(action=f"{model}.note").count() == 1


def agreed(account: Account, **changes: Any) -> dict[str, Any]:
    return {
        "account": account.pk,
        "coverage": "japan",
        "item": credit_factories.contract_item().pk,
        "units": "5",
        "first_month": "2026-10",
        "months": "12",
        **changes,
    }


def test_a_contract_begins_and_says_its_months(agg: Account, staff: Client) -> None:
    response = staff.post(page("contract", "add"), agreed(agg))
    assert "5 units counts from 2026-10 to 2027-09" in said(response)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"units": "0"}, "units"),
        ({"units": "1.5"}, "units"),
        ({"months": "0"}, "months"),
        ({"first_month": "9998-12"}, "first_month"),
        ({"first_month": "2025-12"}, "first_month"),
    ],
)
def test_a_contract_that_is_refused(
    changes: dict[str, str], field: str, agg: Account, staff: Client
) -> None:
    assert field in errors(staff.post(page("contract", "add"), agreed(agg, **changes)))
    assert not Contract.objects.exists()


def test_a_closed_month_counts_only_if_it_is_ticked(agg: Account, staff: Client) -> None:
    purse.close(agg)
    refused = staff.post(page("contract", "add"), agreed(agg))
    assert "2026-11 or later" in str(errors(refused)["first_month"])
    staff.post(page("contract", "add"), agreed(agg, late="on"))
    assert Contract.objects.get().late_through == MONTH


def test_a_contract_ends_or_is_withdrawn(agg: Account, staff: Client) -> None:
    contract = credit_factories.contract(account=agg)
    address = page("contract", "end", contract.pk)
    assert "from 2026-10 to 2027-09" in staff.get(address).content.decode()
    response = staff.post(address, {"last_month": "2026-12", "reason": "sold"})
    assert "from 2026-10 to 2026-12" in said(response)
    for refused in ({"last_month": "2028-01"}, {}, {"last_month": "2026-12", "mistake": "on"}):
        assert "last_month" in errors(staff.post(address, {"reason": "so", **refused}))
    response = staff.post(address, {"mistake": "on", "reason": "typo"})
    assert "counts in no month" in said(response)


@pytest.mark.parametrize(("holds", "found"), [("now", 1), ("past", 0), ("to-come", 1), ("x", 2)])
@pytest.mark.parametrize("model", ["coupon", "contract"])
def test_they_are_found_by_when_they_hold(
    model: str, holds: str, found: int, agg: Account, staff: Client
) -> None:
    later = MONTH.plus(5)
    for first in (MONTH, later):
        MAKE[model](account=agg, first_month=first, last_month=first.plus(12))
    rows = staff.get(page(model, "changelist"), {"holds": holds, "account": "AGG"}).context["cl"]
    assert len(rows.result_list) == found


@pytest.mark.parametrize(("model", "act"), [("coupon", "correct"), ("contract", "end")])
def test_acts_are_not_for_everybody(
    model: str, act: str, agg: Account, client: Client, aggregator: Any
) -> None:
    address = page(model, act, MAKE[model](account=agg).pk)
    client.force_login(aggregator)
    assert client.get(address).status_code == 302
    looking = factories.user(is_staff=True)
    client.force_login(looking)
    assert client.post(address, {"reason": "x"}).status_code == 403
