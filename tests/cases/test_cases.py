"""Every case file in this folder, rated. The format is described in docs/rating.md."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing_portal.common.money import CONTEXT, plain
from invoices.rating.engine import Rated
from invoices.rating.scenarios import ACCOUNT, document, read_over
from invoices.rating.totals import NOTHING, AmountTooGreat
from tests.cases.catalogue import tariff_in

CASES = {path.stem: path for path in sorted(Path(__file__).parent.glob("*.json"))}


def load(name: str) -> dict[str, Any]:
    case: dict[str, Any] = document(CASES[name].read_bytes())
    return case


def rated(case: dict[str, Any]) -> Rated:
    return read_over(case, catalogue=tariff_in).rate()


def named(expectation: str) -> list[str]:
    return [name for name in CASES if expectation in load(name)["expect"]]


@pytest.mark.parametrize("name", named("net"))
def test_the_bill_has_this_net(name: str) -> None:
    case = load(name)
    result = rated(case)
    assert not result.problems
    assert plain(result.sums.get(ACCOUNT, NOTHING).net) == case["expect"]["net"]


@pytest.mark.parametrize("name", named("preliminary"))
def test_the_running_month_has_this_net(name: str) -> None:
    case = load(name)
    result = read_over(case, catalogue=tariff_in).rate(preliminary=True)
    assert plain(result.sums[ACCOUNT].net) == case["expect"]["preliminary"]


@pytest.mark.parametrize("name", named("lines"))
def test_the_bill_has_exactly_these_lines(name: str) -> None:
    case = load(name)
    columns = ["device", "date", "name", "unit_price", "quantity", "amount"]
    rows = rated(case).lines.select(columns).rows()
    shown = [[*row[:3], *(plain(figure) for figure in row[3:])] for row in rows]
    assert sorted(shown) == sorted(case["expect"]["lines"])


@pytest.mark.parametrize("name", named("items"))
def test_the_items_come_to_this(name: str) -> None:
    case = load(name)
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for item in rated(case).sums[ACCOUNT].items:
        quantity, amount = found.get(item.name, (Decimal(0), Decimal(0)))
        found[item.name] = quantity + item.quantity, CONTEXT.add(amount, item.amount)
    shown = {name: [plain(figure) for figure in sums] for name, sums in found.items()}
    assert shown == case["expect"]["items"]


@pytest.mark.parametrize("name", named("tax_dates"))
def test_these_days_decide_the_tax_rates(name: str) -> None:
    case = load(name)
    found = rated(case).sums[ACCOUNT].items
    shown = {item.name: [] for item in found} | case["expect"]["tax_dates"]
    for item_name, days in shown.items():
        assert days == [str(item.tax_date) for item in found if item.name == item_name]


@pytest.mark.parametrize("name", named("problems"))
def test_the_account_is_parked_for_these_reasons(name: str) -> None:
    case = load(name)
    result = rated(case)
    assert [problem.what for problem in result.problems[ACCOUNT]] == case["expect"]["problems"]
    assert result.lines.is_empty()


@pytest.mark.parametrize("name", named("refused"))
def test_what_cannot_be_exact_is_refused(name: str) -> None:
    case = load(name)
    with pytest.raises(AmountTooGreat, match=r"too great|10\^14"):
        rated(case)


def test_every_case_says_what_it_shows_and_expects_something() -> None:
    expectations = {"net", "preliminary", "lines", "items", "tax_dates", "problems", "refused"}
    for name in CASES:
        case = load(name)
        assert case["shows"], name
        assert case["says"], name
        assert set(case["expect"]) <= expectations, name
        assert case["expect"], name
