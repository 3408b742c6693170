"""One account that cannot be rated is parked with its reason; all the others are closed."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Account
from invoices.choices import BillState, ItemState
from invoices.models import Bill, BillItem, Invoice, RunItem
from invoices.services.bills import shards
from tests import factories
from tests.factories import MONTH
from tests.invoices.bills import shop
from tests.invoices.verification.planting import IN_DECEMBER, NOVEMBER
from usage.models import Device, Meter

Spoil = Callable[[Account, pytest.MonkeyPatch], None]


def device_of(account: Account) -> Device:
    return Device.objects.get(key__startswith=account.key)


def missing_price(account: Account, _patch: pytest.MonkeyPatch) -> None:
    meter = factories.meter(code="calls")
    factories.bill_item(code="calls", rule="sum", inputs={"meters": ["calls"]})
    factories.record(device=device_of(account), account=account, meter=meter)


def unknown_meter(account: Account, _patch: pytest.MonkeyPatch) -> None:
    meter = factories.meter(code="calls")
    factories.record(device=device_of(account), account=account, meter=meter)


def sum_too_great(account: Account, _patch: pytest.MonkeyPatch) -> None:
    for day in (0, 1):
        at = MONTH.start + timedelta(days=day)
        shop.use(device_of(account), account, 6 * 10**13, at=at)


def product_too_great(account: Account, _patch: pytest.MonkeyPatch) -> None:
    shop.use(device_of(account), account, 2**63 - 1)


def missing_tax_rate(account: Account, _patch: pytest.MonkeyPatch) -> None:
    item = BillItem.objects.create(
        code="calls",
        name="calls",
        category="data",
        unit="call",
        region="all",
        rule="sum",
        inputs={"meters": [factories.meter(code="calls").code]},
        tax_category="reduced",
    )
    factories.price(item=item)
    meter = Meter.objects.get(code="calls")
    factories.record(device=device_of(account), account=account, meter=meter)


def exception(account: Account, patch: pytest.MonkeyPatch) -> None:
    plain = shards._account

    def broken(made_from: Any, *rest: Any) -> Any:
        if made_from.account_id == account.pk:
            raise ZeroDivisionError("a fault")
        return plain(made_from, *rest)

    patch.setattr(shards, "_account", broken)


SPOILT: dict[str, tuple[Spoil, str, str]] = {
    "missing price": (missing_price, "calls has no price", "add a price"),
    "unknown meter": (unknown_meter, "No billing item of coverage japan counts the meter", "Add"),
    "sum too great": (sum_too_great, "10^14 and more cannot be billed.", "wrong quantity"),
    "product too great": (product_too_great, "An amount is too great to be exact", "wrong"),
    "missing tax rate": (missing_tax_rate, "reduced", "Add the rate"),
    "exception": (exception, "ZeroDivisionError: a fault", "report"),
}


def states() -> dict[str, str]:
    return dict(RunItem.objects.values_list("account__key", "state"))


@pytest.mark.parametrize("name", SPOILT)
def test_a_bad_account_is_parked_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil, what, remedy = SPOILT[name]
    accounts = [shop.customer(key) for key in ("ANNE", "BERT", "CARL")]
    spoil(accounts[1], monkeypatch)
    shop.end_month()
    assert states() == {"ANNE": "closed", "BERT": "parked", "CARL": "closed"}
    [problem] = RunItem.objects.get(state=ItemState.PARKED).problems
    assert what in problem["what"]
    assert remedy in problem["remedy"]
    assert list(Invoice.objects.order_by("number").values_list("number", "account__key")) == [
        (1, "ANNE"),
        (2, "CARL"),
    ]
    assert not Bill.objects.filter(account=accounts[1], state=BillState.CLOSED).exists()


def test_a_parked_month_holds_up_its_own_next_month_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    anne, bert = shop.customer("ANNE"), shop.customer("BERT")
    missing_price(bert, monkeypatch)
    shop.end_month()
    run = shop.end_month(NOVEMBER, now=IN_DECEMBER)
    assert dict(run.items.values_list("account__key", "state")) == {
        "ANNE": "closed",
        "BERT": "pending",
    }
    assert shop.bill_of(anne, NOVEMBER).state == BillState.CLOSED
    assert not Bill.objects.filter(account=bert).exists()


def test_after_the_price_is_added_closing_again_goes_on_through_both_months(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bert = shop.customer("BERT")
    missing_price(bert, monkeypatch)
    shop.end_month()
    shop.end_month(NOVEMBER, now=IN_DECEMBER)
    factories.price(item=BillItem.objects.get(code="calls"), unit_price="90")
    shop.end_month(now=IN_DECEMBER)
    closed = Bill.objects.filter(state=BillState.CLOSED).order_by("month")
    assert list(closed.values_list("month", "net")) == [
        (MONTH, Decimal(400)),
        (NOVEMBER, Decimal(300)),
    ]
    assert shop.bill_of(bert, NOVEMBER).previous_seal == shop.bill_of(bert).seal


def test_only_the_named_account_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    bert, carl = shop.customer("BERT"), shop.customer("CARL")
    missing_price(bert, monkeypatch)
    factories.record(device=device_of(carl), account=carl, meter=Meter.objects.get(code="calls"))
    shop.end_month()
    factories.price(item=BillItem.objects.get(code="calls"))
    shop.end_month(account_keys=["CARL"])
    assert states() == {"BERT": "parked", "CARL": "closed"}


def test_another_coverage_of_a_parked_account_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    bert = shop.customer("BERT")
    missing_price(bert, monkeypatch)
    factories.account_month(account=bert, coverage="global")
    run = shop.end_month()
    assert dict(run.items.values_list("coverage", "state")) == {
        "japan": "parked",
        "global": "closed",
    }
