"""Codes that are given away: the first account that registers one has a coupon of its own."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Account
from invoices.models import Voucher
from invoices.services.credits import CreditRefused, vouchers
from invoices.services.credits.vouchers import VoucherWish
from tests import credit_factories
from tests.api import contracts
from tests.api.soracom.conftest import Enter, Program
from tests.portal.months import NOW

pytestmark = [pytest.mark.django_db, contracts.needed]
PATH = "/coupons/{coupon_code}/register"


def issue(**fields: Any) -> Voucher:
    values: dict[str, Any] = {
        "coverage": "japan", "item": credit_factories.coupon_item(), "amount": Decimal(500),
        "months": 3, "last_day": date(2026, 11, 21), "code": "WELCOME", **fields,
    }  # fmt: skip
    return vouchers.issue(wish=VoucherWish(**values), actor="operator@example.com", now=NOW)


def test_a_code_becomes_a_coupon_once(program: Program, enter: Enter, stray: Account) -> None:
    issue()
    said = program.ask("post", PATH, coupon_code="WELCOME").json()
    assert (said["couponCode"], said["balance"]) == ("WELCOME", 500)
    assert said["expiryYearMonth"] == "202701"
    assert program.get("/coupons")["couponList"] == [said]
    for again in (program, enter(stray)):
        assert again.ask("post", PATH, coupon_code="WELCOME").status_code == 400


@pytest.mark.parametrize("code", ["welcome", "x", "\x00", "a" * 300])
def test_what_is_no_code(program: Program, code: str) -> None:
    issue()
    assert program.ask("post", PATH, coupon_code=code).status_code == 400


def test_a_code_ends_and_is_of_one_coverage(enter: Enter, program: Program, agg: Account) -> None:
    issue()
    assert enter(agg, base="/g/v1").ask("post", PATH, coupon_code="WELCOME").status_code == 400
    Voucher.objects.update(last_day=date(2026, 11, 20))
    assert program.ask("post", PATH, coupon_code="WELCOME").status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_day": date(2026, 11, 20)}, {"months": 0}, {"months": 121}, {"amount": Decimal(0)},
        {"code": "two words"}, {"code": "TAKEN"},
    ],
)  # fmt: skip
def test_codes_that_cannot_be_issued(wrong: dict[str, Any]) -> None:
    issue(code="TAKEN")
    with pytest.raises(CreditRefused):
        issue(**wrong)
    assert Voucher.objects.count() == 1
