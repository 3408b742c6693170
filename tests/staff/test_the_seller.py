"""The seller's own data: its registration number above all."""

import pytest
from django.test import Client
from django.urls import reverse

from invoices.models import Issuer
from tests import factories
from tests.staff.conftest import said

# Its check digit is right, and nobody can have it: corporate numbers count from 1.
RIGHT = "T9000000000000"
WRONG = "T1000000000000"


@pytest.fixture
def issuer(db: None) -> Issuer:
    return factories.issuer()


def change(staff: Client, issuer: Issuer, **typed: str) -> tuple[int, str]:
    fields = {
        "name": issuer.name,
        "address": issuer.address,
        "registration_number": issuer.registration_number,
        "rounding": issuer.rounding,
        "exchange_method": issuer.exchange_method,
        "exchange_day": issuer.exchange_day,
        "due_rule": issuer.due_rule,
        "time_zone": issuer.time_zone,
        **typed,
    }
    response = staff.post(reverse("admin:invoices_issuer_change", args=[issuer.pk]), fields)
    return response.status_code, said(response)


@pytest.mark.parametrize("number", ["", RIGHT, f" {RIGHT} "])
def test_a_right_number_is_taken_without_a_word(number: str, issuer: Issuer, staff: Client) -> None:
    status, messages = change(staff, issuer, registration_number=number)
    assert (status, "check digit" in messages) == (302, False)
    issuer.refresh_from_db()
    assert issuer.registration_number == number.strip()


def test_a_wrong_check_digit_is_taken_with_a_warning(issuer: Issuer, staff: Client) -> None:
    status, messages = change(staff, issuer, registration_number=WRONG)
    assert (status, f"check digit of {WRONG}" in messages) == (302, True)
    issuer.refresh_from_db()
    assert issuer.registration_number == WRONG


@pytest.mark.parametrize(
    "number", ["9000000000000", "T900000000000", "t9000000000000", "T90000000000０0"]
)
def test_another_form_is_an_error(number: str, issuer: Issuer, staff: Client) -> None:
    assert change(staff, issuer, registration_number=number)[0] == 200


@pytest.mark.parametrize("zone", ["Tokyo", "../etc/passwd", ""])
def test_an_unknown_time_zone_is_an_error(zone: str, issuer: Issuer, staff: Client) -> None:
    assert change(staff, issuer, time_zone=zone)[0] == 200


def test_there_is_one_seller(staff: Client) -> None:
    add = reverse("admin:invoices_issuer_add")
    assert staff.get(add).status_code == 200
    factories.issuer()
    assert staff.get(add).status_code == 403
