"""Bills by the API: which months there are, what they say, and when (A20, A21, Q60)."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.choices import Scope
from accounts.models import Account
from billing_portal.common import clock
from billing_portal.common.periods import Month
from invoices.models import Bill, BillCouponUse
from tests import credit_factories, factories
from tests.api import contracts
from tests.api.soracom.conftest import Enter, Program

pytestmark = [pytest.mark.django_db, contracts.needed]
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
ONE, DAILY = "/bills/{yyyyMM}", "/bills/{yyyyMM}/daily"
ITEMS, SIMS = "/bills/summaries/bill_items", "/bills/summaries/sims"


def of(account: Account, month: Month, **fields: Any) -> Bill:
    return factories.bill(account=account, month=month, **{"state": "closed", **fields})


def test_history_has_the_final_months_of_a_coverage(program: Program, agg: Account) -> None:
    of(agg, OCTOBER.previous, items={"basic": "28734.1"})
    of(agg, OCTOBER, items={"basic": "310"})
    of(agg, OCTOBER, coverage="global", currency="USD", items={"basic": "5"})
    of(agg, NOVEMBER, state="temporary")
    months = program.get("/bills")["billList"]
    assert [(one["yearMonth"], one["amount"]) for one in months] == [
        ("202610", 341), ("202609", 31607),
    ]  # fmt: skip
    assert {one["state"] for one in months} == {"closed"}


@pytest.mark.parametrize(("back", "there"), [(18, True), (19, False)])
def test_history_reaches_back_eighteen_months(
    program: Program, agg: Account, back: int, there: bool
) -> None:
    month = NOVEMBER.plus(-back)
    of(agg, month)
    assert bool(program.get("/bills")["billList"]) is there
    assert program.ask("get", ONE, yyyyMM=month.compact).status_code == (200 if there else 404)


def test_a_month_is_said_with_coupons_and_without_a_fraction(
    program: Program, agg: Account
) -> None:
    bill = of(agg, OCTOBER, state="proposed", items={"basic": "310", "chargeCoupon": "-100.4"})
    coupon = credit_factories.coupon(account=agg)
    BillCouponUse.objects.create(bill=bill, coupon=coupon, amount=Decimal("100.4"))
    bill.state, bill.closed_at, bill.gross_minor = "closed", factories.NOW, 231
    bill.save()
    response = program.ask("get", ONE, yyyyMM="202610")
    assert json.loads(response.content, parse_float=Decimal) == {
        "yearMonth": "202610", "state": "closed", "currency": "JPY", "amount": 231,
        "appliedCouponAmount": Decimal("100.4"), "paymentStatus": "lessThanMinimumCharge",
    }  # fmt: skip
    assert b'"amount":231,' in response.content


@pytest.mark.parametrize("state", ["temporary", "proposed"])
def test_an_ended_month_is_not_there_until_it_is_closed(
    program: Program, agg: Account, state: str
) -> None:
    of(agg, OCTOBER, state=state)
    for path, method in ((ONE, "get"), (DAILY, "get"), (f"{ONE}/export", "post")):
        response = program.ask(method, path, yyyyMM="202610")
        assert (response.status_code, "not final" in response.json()["message"]) == (404, True)
    assert program.get("/bills")["billList"] == program.get(ITEMS) == program.get(SIMS) == []


def test_the_running_month_is_preliminary(program: Program, agg: Account) -> None:
    of(agg, NOVEMBER, state="temporary", items={"basic": "20"})
    found = program.get(ONE, yyyyMM="202611")
    assert (found["state"], found["amount"], "paymentStatus" in found) == ("temporary", 22, False)
    assert program.get("/bills/latest") == {
        "amount": 22, "currency": "JPY", "lastEvaluatedTime": "20261102090000",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("now", "amount"),
    [
        (datetime(2026, 11, 30, 23, 59, 59, 999999, tzinfo=UTC), 22),
        (datetime(2026, 12, 1, tzinfo=UTC), 0),
    ],
)
def test_latest_is_the_new_month_from_midnight_utc_of_the_first(
    enter: Enter, agg: Account, monkeypatch: pytest.MonkeyPatch, now: datetime, amount: int
) -> None:
    of(agg, NOVEMBER, state="temporary", items={"basic": "20"})
    monkeypatch.setattr(clock, "now", lambda: now)
    program = enter(agg)
    assert program.get("/bills/latest")["amount"] == amount
    status = program.ask("get", ONE, yyyyMM="202611").status_code
    assert status == (200 if amount else 404)


def test_latest_of_a_month_that_was_not_evaluated_is_nothing(program: Program) -> None:
    assert program.get("/bills/latest") == {"amount": 0, "currency": "JPY"}
    assert program.ask("get", ONE, yyyyMM="202611").status_code == 404
    assert program.ask("post", "/bills/latest/export").status_code == 404


def test_a_month_without_charges_is_not_there(program: Program, agg: Account) -> None:
    of(agg, OCTOBER, line_count=0)
    assert program.ask("get", ONE, yyyyMM="202610").status_code == 404


def test_days_are_exact_and_leave_out_what_is_of_the_whole_month(
    program: Program, agg: Account
) -> None:
    price = "0.000000209808349609375"
    of(agg, OCTOBER, days={"20261001": "285", "20261002": price, "202610": "300"})
    response = program.ask("get", DAILY, yyyyMM="202610")
    assert f'"amount":{price},'.encode() in response.content
    days = [(one["date"], one["currency"]) for one in response.json()["billList"]]
    assert days == [("20261002", "JPY"), ("20261001", "JPY")]
    assert b'"amount":285,' in response.content


def test_sums_by_item_cover_four_months_the_dearest_first(program: Program, agg: Account) -> None:
    for back in range(5):
        state = "closed" if back else "temporary"
        of(agg, NOVEMBER.plus(-back), state=state, items={"a": "0.1", "b": "0.2", "c": "-1"})
    found = program.get(ITEMS)
    assert [one["yearMonth"] for one in found] == ["202611", "202610", "202609", "202608"]
    lines = found[0]["costBreakdownList"]
    assert [(line["billItemName"], line["amount"]) for line in lines] == [
        ("b", 0.2), ("a", 0.1), ("c", -1),
    ]  # fmt: skip
    assert (lines[0]["billItemCategory"], found[0]["updatedTime"]) == ("basic", 1793610000)


def test_sums_by_sim_are_those_of_the_bill(program: Program, real: Account) -> None:
    by_sim = program.get(SIMS)
    assert [one["yearMonth"] for one in by_sim] == ["202611", "202610"]
    amounts = [line["amount"] for line in by_sim[1]["costBreakdownList"]]
    assert amounts == sorted(amounts, reverse=True)
    bill = Bill.objects.get(account=real, coverage="japan", month=OCTOBER)
    assert len(amounts) <= 100
    assert sum(map(Decimal, map(str, amounts))) <= bill.net + 1


@pytest.mark.parametrize(
    ("month", "status"),
    [
        ("209912", 404), ("999812", 404), ("197001", 404), ("2026-00", 400), ("202613", 400),
        ("2026", 400), ("..", 400), ("%2e%2e%2f", 404), ("a\x00b", 400), ("２０２６１０", 400),
        ("999999", 400), ("202610 ", 400), ("202610'--", 400),
    ],
)  # fmt: skip
def test_what_is_no_month_is_said_so(program: Program, month: str, status: int) -> None:
    for path in (ONE, DAILY):
        response = program.ask("get", path, yyyyMM=month)
        assert (response.status_code, set(response.json())) == (status, {"code", "message"})


def test_global_by_path_or_by_host(
    enter: Enter, client: Client, agg: Account, settings: Settings
) -> None:
    of(agg, OCTOBER, coverage="global", currency="USD", items={"basic": "11.2"}, gross_minor=1232)
    program = enter(agg, base="/g/v1")
    response = program.ask("get", ONE, yyyyMM="202610")
    assert b'"amount":12.32,' in response.content
    assert response.json()["currency"] == "USD"
    settings.ALLOWED_HOSTS = ["*"]
    settings.GLOBAL_API_HOSTS = ["g.api.example.com"]
    hosted = client.get(
        "/v1/bills/latest", headers={**program.headers, "Host": "g.api.example.com"}
    )
    assert hosted.json()["currency"] == "USD"


def test_habits_of_clients(program: Program, agg: Account) -> None:
    of(agg, OCTOBER)
    assert program.ask("get", "/bills?").status_code == 200
    assert program.ask("get", "/bills?unknown=1").status_code == 200
    assert program.client.get("/v1/bills/", headers=program.headers).status_code == 404


def test_a_tenant_and_a_key_without_the_scope_see_no_money(
    enter: Enter, agg: Account, ten: Account
) -> None:
    of(agg, OCTOBER)
    for program in (enter(ten), enter(agg, Scope.READ_USAGE)):
        for path in ("/bills", "/bills/latest", ITEMS, SIMS):
            assert program.ask("get", path).status_code == 403


def test_a_stranger_sees_only_their_own(enter: Enter, agg: Account, stray: Account) -> None:
    of(agg, OCTOBER)
    program = enter(stray)
    assert program.get("/bills") == {"billList": []}
    assert program.ask("get", ONE, yyyyMM="202610").status_code == 404


@pytest.mark.parametrize("path", ["/bills", ITEMS, "/bills/202611/daily"])
def test_many_months_cost_no_more_queries(
    program: Program, agg: Account, path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for back in range(1, 13):
        of(agg, NOVEMBER.plus(-back))
    of(agg, NOVEMBER, state="temporary", days={f"202611{day:02}": "1" for day in range(1, 20)})
    with django_assert_max_num_queries(8):
        program.client.get(f"/v1{path}", headers=program.headers)
