"""Amounts as they go over the wire: JSON numbers with their own digits (domain.md §1)."""

import json
from decimal import Decimal

import pytest

from billing_portal.common.api.wire import JsonRenderer

AMOUNTS = {
    "0.000000209808349609375": b"0.000000209808349609375",
    "1234567.123456789": b"1234567.123456789",
    "28734.10": b"28734.1",
    "0.1": b"0.1",
    "-100.40": b"-100.4",
    "1E+3": b"1000",
    "1E-9": b"0.000000001",
    "341.000": b"341",
    "-0.00": b"0",
    "12345678901234.000000000000000000000001": b"12345678901234.000000000000000000000001",
}


@pytest.mark.parametrize(("amount", "written"), AMOUNTS.items())
def test_an_amount_is_a_number_with_its_own_digits(amount: str, written: bytes) -> None:
    sent = JsonRenderer().render({"amount": Decimal(amount), "list": [Decimal(amount)]})
    assert sent == b'{"amount":%b,"list":[%b]}' % (written, written)
    assert json.loads(sent, parse_float=Decimal, parse_int=Decimal)["amount"] == Decimal(amount)
