"""In forms, exact amounts and months are text that people can read and write."""

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from billing_portal.common.fields import ExactField, MonthField
from billing_portal.common.periods import Month


class PriceForm(forms.Form):
    price = ExactField(blank=True).formfield()
    since = MonthField(blank=True).formfield()


def test_an_amount_is_shown_without_exponent() -> None:
    html = str(PriceForm(initial={"price": Decimal("1E-7")})["price"])
    assert 'value="0.0000001"' in html
    assert 'type="text"' in html
    assert 'inputmode="decimal"' in html


def test_a_month_is_shown_as_people_write_it() -> None:
    html = str(PriceForm(initial={"since": Month(2026, 10)})["since"])
    assert 'value="2026-10"' in html
    assert 'type="month"' in html


def test_what_is_written_is_read() -> None:
    form = PriceForm({"price": "0.000000000000000000000001", "since": "2026-10"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"price": Decimal("1E-24"), "since": Month(2026, 10)}


def test_nothing_written_is_nothing() -> None:
    form = PriceForm({"price": "", "since": ""})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"price": None, "since": None}


@pytest.mark.parametrize(
    ("initial", "written", "changed"),
    [("2026-10", "2026-10", []), ("2026-10", "2026-11", ["since"]), (None, "", [])],
)
def test_a_change_of_month_is_noticed(
    initial: str | None, written: str, changed: list[str]
) -> None:
    month = Month.parse(initial) if initial else None
    assert PriceForm({"since": written}, initial={"since": month}).changed_data == changed


def test_a_wrong_month_is_explained() -> None:
    form = PriceForm({"since": "10/2026"})
    assert form.errors == {"since": ["Write the month as YYYY-MM, such as 2026-10."]}


def test_an_amount_with_too_many_places_is_refused() -> None:
    assert "price" in PriceForm({"price": "1." + "1" * 25}).errors


def test_a_model_field_refuses_a_float() -> None:
    with pytest.raises(ValidationError, match="not exact"):
        ExactField().clean(0.1, None)
