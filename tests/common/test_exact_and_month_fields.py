"""Exact decimals and months come back from the database as they went in."""

from decimal import Decimal
from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import connection
from django.db.models import Max, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account
from billing_portal.common.fields import ExactField, MonthField
from billing_portal.common.money import NotExact, plain
from billing_portal.common.periods import Month
from invoices.models import Bill, BillDayTotal, BillItemTotal
from tests import factories

pytestmark = pytest.mark.django_db

MANY = "12345678901234.123456789012345678901234"
numbers = st.builds(lambda n: Decimal(n).scaleb(-24), st.integers(-(10**27), 10**27))


@pytest.fixture
def bill(agg: Account) -> Bill:
    return factories.bill(account=agg)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(number=numbers)
def test_every_digit_is_kept(bill: Bill, number: Decimal) -> None:
    Bill.objects.update(net=number)
    found = Bill.objects.get(net=number).net
    assert (found, plain(found)) == (number, plain(number))


@pytest.mark.parametrize("text", ["0", MANY, f"-{MANY}", "1E-24", "0.210", "1E+3"])
def test_a_saved_amount_is_found_by_its_value(bill: Bill, text: str) -> None:
    BillDayTotal.objects.bulk_create([BillDayTotal(bill=bill, date="20261001", amount=text)])
    assert plain(BillDayTotal.objects.get(amount=text).amount) == plain(Decimal(text))
    assert BillDayTotal.objects.filter(amount__in=["7", Decimal(text)]).count() == 1


def test_the_column_is_text_on_sqlite_and_numeric_on_postgresql(bill: Bill) -> None:
    kinds = {"sqlite": "text", "postgresql": "numeric(38, 24)"}
    assert Bill._meta.get_field("net").db_type(connection) == kinds[connection.vendor]


def test_a_large_whole_quantity_has_its_own_size(bill: Bill) -> None:
    BillItemTotal.objects.update(quantity=10**37)
    assert BillItemTotal.objects.get().quantity == 10**37
    with pytest.raises(ValidationError, match="more than 0 decimal places"):
        BillItemTotal.objects.update(quantity="0.5")


@pytest.mark.parametrize("value", [0.5, "1E-25", "abc", Decimal("NaN"), 10**14])
def test_what_is_not_exact_is_not_saved(bill: Bill, value: Any) -> None:
    bill.net = value
    with pytest.raises(ValidationError):
        bill.save()


@pytest.mark.parametrize("lookup", ["lt", "lte", "gt", "gte", "range", "contains"])
def test_order_is_not_asked_of_the_database(lookup: str) -> None:
    with pytest.raises(FieldError, match="Unsupported lookup"):
        Bill.objects.filter(**{f"net__{lookup}": 1})


@pytest.mark.parametrize(("net", "negative"), [("-0.1", True), ("0", False), ("10", False)])
def test_the_sign_can_be_asked(bill: Bill, net: str, negative: bool) -> None:
    Bill.objects.update(net=net)
    assert Bill.objects.filter(net__negative=negative).exists()
    assert not Bill.objects.filter(net__negative=not negative).exists()


def test_a_sum_is_exact_or_refused(bill: Bill) -> None:
    Bill.objects.update(net=MANY)
    if connection.vendor == "sqlite":
        with pytest.raises(NotExact, match="fold it in Python"):
            Bill.objects.aggregate(total=Sum("net"))
    else:
        assert Bill.objects.aggregate(total=Sum("net"))["total"] == Decimal(MANY)


def test_months_are_compared_and_ordered(agg: Account) -> None:
    months = [Month(2026, n) for n in (12, 2, 10)]
    for month in months:
        factories.bill(account=agg, month=month)
    found = Bill.objects.filter(month__gte=Month(2026, 3), month__lt="2027-01").order_by("month")
    assert [bill.month for bill in found] == [Month(2026, 10), Month(2026, 12)]
    assert Bill.objects.filter(month__range=(Month(2026, 2), Month(2026, 10))).count() == 2
    assert Bill.objects.filter(month__in=["2026-12", Month(2026, 2)]).count() == 2
    assert Bill.objects.aggregate(last=Max("month"))["last"] == Month(2026, 12)


@pytest.mark.parametrize("month", ["2026-13", "October", 202610.5])
def test_what_is_no_month_is_not_saved(bill: Bill, month: Any) -> None:
    bill.month = month
    with pytest.raises(ValidationError, match="is not a month"):
        bill.save()


def test_rows_are_serialized_and_read_again(bill: Bill) -> None:
    Bill.objects.update(net="1E-7")
    text = serializers.serialize("json", Bill.objects.all())
    assert f'"month": "{bill.month}"' in text
    again: Any = next(iter(serializers.deserialize("json", text))).object
    assert (again.net, again.month) == (Decimal("1E-7"), bill.month)


@pytest.mark.parametrize("field", [ExactField(null=True), MonthField(blank=True)])
def test_a_field_is_rebuilt_from_its_description(field: Any) -> None:
    _name, path, args, kwargs = field.deconstruct()
    again = type(field)(*args, **kwargs)
    assert path == f"billing_portal.common.fields.{type(field).__name__}"
    assert again.deconstruct() == field.deconstruct()
    assert again.db_type(connection) == field.db_type(connection)
