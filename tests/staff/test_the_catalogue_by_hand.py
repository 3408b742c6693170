"""What staff type into the catalogue is held to the rules of a catalogue file."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account, User
from invoices.choices import BillState
from invoices.models import BillItem, Price, TaxRate
from tests import factories
from usage.choices import MonthState
from usage.models import AccountMonth, Meter, Plan

OPEN_DAY = "2026-11-01"


@pytest.fixture
def item(db: None) -> BillItem:
    factories.meter(code="upload", unit="byte")
    return factories.bill_item(
        code="data", name="data-{variant}", rule="sum", inputs={"meters": ["upload"]}, unit="byte"
    )


def post(staff: Client, page: str, *args: object, **typed: object) -> Any:
    return staff.post(reverse(f"admin:{page}", args=args), typed)


def errors(response: Any) -> str:
    form = response.context["adminform"].form
    return " ".join(str(text) for texts in form.errors.values() for text in texts)


def price(item: BillItem, **typed: object) -> dict[str, object]:
    first = {"item": item.pk, "coverage": "japan", "plan": "", "variant": "s1.fast"}
    return {**first, "since": OPEN_DAY, "price": "0.22", "per": "1048576", **typed}


class TestPrices:
    def test_the_unit_price_is_the_exact_quotient(self, item: BillItem, staff: Client) -> None:
        assert post(staff, "invoices_price_add", **price(item)).status_code == 302
        assert Price.objects.get().unit_price == Decimal("0.000000209808349609375")

    @pytest.mark.parametrize(
        ("typed", "reason"),
        [
            ({"price": "1", "per": "3"}, "does not end within 24 decimal places"),
            ({"price": "-1"}, "below 0"),
            ({"variant": "no blanks"}, "letters, digits"),
            ({"price": "0.1234567890123456789012345"}, "24"),
        ],
    )
    def test_what_a_file_may_not_hold_is_refused(
        self, typed: dict[str, str], reason: str, item: BillItem, staff: Client
    ) -> None:
        response = post(staff, "invoices_price_add", **price(item, **typed))
        assert reason in errors(response)
        assert not Price.objects.exists()

    def test_a_plan_of_another_coverage_is_refused(self, item: BillItem, staff: Client) -> None:
        plan = factories.plan(coverage="global")
        response = post(staff, "invoices_price_add", **price(item, plan=plan.pk))
        assert "belongs to coverage" in errors(response)

    @pytest.mark.parametrize(("since", "fits"), [("2026-10-31", False), (OPEN_DAY, True)])
    def test_none_reaches_into_a_closed_month(
        self, since: str, fits: bool, item: BillItem, agg: Account, staff: Client
    ) -> None:
        factories.price(item=item)
        factories.bill(account=agg, state=BillState.CLOSED)
        post(staff, "invoices_price_add", **price(item, since=since))
        assert Price.objects.filter(variant="s1.fast").exists() is fits

    def test_tiers_are_typed_as_in_a_file(self, item: BillItem, staff: Client) -> None:
        typed = price(item, kind="graduated", price="", per="1", tiers="100: 0.060;0.05")
        assert post(staff, "invoices_price_add", **typed).status_code == 302
        row = Price.objects.get()
        assert row.tiers == [{"up_to": 100, "price": "0.06"}, {"price": "0.05"}]
        page = staff.get(reverse("admin:invoices_price_change", args=[row.pk])).content.decode()
        assert 'value="100: 0.06; 0.05"' in page

    def test_only_the_amount_of_one_that_is_there_can_change(
        self, item: BillItem, staff: Client
    ) -> None:
        row = factories.price(item=item, since=date(2026, 11, 1), variant="s1.fast")
        typed = price(item, coverage="global", since="2026-12-01", price="20", per="1")
        post(staff, "invoices_price_change", row.pk, **typed)
        row.refresh_from_db()
        assert (row.unit_price, row.coverage) == (Decimal(20), "japan")
        assert row.since == date(2026, 11, 1)

    def test_one_of_a_closed_month_cannot_change(
        self, item: BillItem, agg: Account, staff: Client
    ) -> None:
        row = factories.price(item=item, variant="s1.fast")
        factories.bill(account=agg, state=BillState.CLOSED)
        response = post(staff, "invoices_price_change", row.pk, **price(item, price="20"))
        assert "which is closed" in errors(response)

    def test_new_ones_are_typed_on_the_page_of_the_item(
        self, item: BillItem, staff: Client
    ) -> None:
        values = {k: v for k, v in price(item).items() if k != "item"}
        response = post(staff, "invoices_billitem_change", item.pk, **item_with(item, values))
        assert response.status_code == 302
        assert item.prices.get().unit_price == Decimal("0.000000209808349609375")


def item_with(item: BillItem, new_price: dict[str, object]) -> dict[str, object]:
    names = ("code", "name", "category", "unit", "region", "device_kind", "rule", "tax_category")
    return {
        **{name: getattr(item, name) for name in names},
        "inputs": '{"meters": ["upload"]}',
        "prices-TOTAL_FORMS": 0,
        "prices-INITIAL_FORMS": 0,
        "prices-2-TOTAL_FORMS": 1 if new_price else 0,
        "prices-2-INITIAL_FORMS": 0,
        **{f"prices-2-0-{name}": value for name, value in new_price.items()},
    }


class TestItems:
    def test_the_inputs_are_those_of_the_rule(self, item: BillItem, staff: Client) -> None:
        typed = {**item_with(item, {}), "inputs": '{"statuses": ["active"]}'}
        response = post(staff, "invoices_billitem_change", item.pk, **typed)
        assert "Unknown key" in errors(response)

    def test_a_meter_that_is_not_there_is_refused(self, item: BillItem, staff: Client) -> None:
        typed = {**item_with(item, {}), "inputs": '{"meters": ["download"]}'}
        response = post(staff, "invoices_billitem_change", item.pk, **typed)
        assert "download" in errors(response)

    def test_a_title_changes_and_the_history_says_by_whom(
        self, item: BillItem, staff: Client, operator: User
    ) -> None:
        typed = {**item_with(item, {}), "title_en": "Data traffic"}
        assert post(staff, "invoices_billitem_change", item.pk, **typed).status_code == 302
        latest = item.history.first()
        assert (latest.title_en, latest.history_user) == ("Data traffic", operator)

    def test_the_code_stays(self, item: BillItem, staff: Client) -> None:
        post(staff, "invoices_billitem_change", item.pk, **{**item_with(item, {}), "code": "other"})
        assert BillItem.objects.get().code == "data"


class TestOtherRows:
    @pytest.mark.parametrize(("rate", "count"), [("0.1", 1), ("10", 0), ("-0.1", 0)])
    def test_a_tax_rate_is_a_fraction(self, rate: str, count: int, staff: Client) -> None:
        typed = {"country": "JP", "category": "standard", "since": OPEN_DAY, "rate": rate}
        post(staff, "invoices_taxrate_add", **typed)
        assert TaxRate.objects.count() == count

    def test_meters_and_plans_are_added(self, staff: Client) -> None:
        post(staff, "usage_meter_add", code="sms", unit="count", fold="sum", name="SMS")
        post(staff, "usage_plan_add", code="plan-D", coverage="japan", kind="subscriber")
        assert (Meter.objects.get().code, Plan.objects.get().code) == ("sms", "plan-D")

    def test_the_unit_of_a_meter_stays(self, item: BillItem, staff: Client) -> None:
        meter = Meter.objects.get()
        post(staff, "usage_meter_change", meter.pk, code="x", unit="bit", fold="max", name="Up")
        meter.refresh_from_db()
        assert (meter.code, meter.unit, meter.fold, meter.name) == ("upload", "byte", "sum", "Up")

    @pytest.mark.parametrize(
        ("zone", "ends", "fits"),
        [("Asia/Tokyo", "06:00", True), ("Tokyo", "06:00", False), ("UTC", "02:00", False)],
    )
    def test_a_time_band_has_a_zone_and_a_length(
        self, zone: str, ends: str, fits: bool, item: BillItem, staff: Client
    ) -> None:
        typed = {"name": "nighttime", "otherwise": "daytime", "starts": "02:00", "ends": ends}
        response = post(
            staff, "invoices_timeband_add", meter="upload", coverage="japan", zone=zone, **typed
        )
        assert (response.status_code == 302) is fits


@pytest.mark.parametrize(("state", "version"), [(MonthState.OPEN, 1), (MonthState.CLOSED, 0)])
def test_a_change_makes_open_months_be_rated_again(
    state: str, version: int, item: BillItem, agg: Account, staff: Client
) -> None:
    factories.account_month(account=agg, state=state)
    post(staff, "invoices_price_add", **price(item))
    assert AccountMonth.objects.get().version == version
