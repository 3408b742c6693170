"""Contracts in the database are charged, and take back the charges of so many SIMs a day."""

from datetime import UTC, datetime
from decimal import Decimal

from accounts.models import Account
from billing_portal.common.money import plain
from invoices.choices import Category
from invoices.models import Bill, Contract
from invoices.services import verification
from invoices.services.credits import contracts
from tests import credit_factories, factories
from tests.factories import MONTH, NOW
from tests.invoices.bills import shop
from usage.choices import Coverage, MonthState
from usage.models import AccountMonth

DISCOUNT = "soracomAirBasicChargeVolumeDiscount"


def pool_of(account: Account, units: int = 2) -> Contract:
    """A contract for so many SIMs at 275 JPY a month instead of 10 JPY a day."""
    item = credit_factories.contract_item()
    factories.price(item=item, unit_price="275")
    factories.bill_item(
        code=DISCOUNT,
        category=Category.DISCOUNT,
        rule="long_term_discount",
        inputs={"items": ["basic"], "contract": item.code},
    )
    return credit_factories.contract(account=account, units=units, item=item)


def items_of(bill: Bill) -> dict[str, tuple[str, str]]:
    totals = bill.item_totals.all()
    return {total.name: (plain(total.quantity), plain(total.amount)) for total in totals}


def test_two_of_three_sims_are_in_the_contract() -> None:
    account = shop.customer("ACME", sims=3)
    pool_of(account)
    shop.propose(account)
    assert items_of(shop.bill_of(account)) == {
        "basic": ("93", "930"),
        "longTermBasicCharge": ("2", "550"),
        DISCOUNT: ("62", "-620"),
    }


def test_a_contract_of_another_coverage_is_not_seen() -> None:
    account = shop.customer("ACME")
    Contract.objects.filter(pk=pool_of(account).pk).update(coverage=Coverage.GLOBAL)
    shop.propose(account)
    assert items_of(shop.bill_of(account)) == {"basic": ("31", "310")}


def test_a_contract_without_any_device_is_billed() -> None:
    account = factories.account(key="ACME")
    pool_of(account)
    factories.account_month(account=account, month=MONTH)
    shop.propose(account)
    assert items_of(shop.bill_of(account)) == {"longTermBasicCharge": ("2", "550")}


def test_ending_it_later_leaves_the_closed_month_proven() -> None:
    account = shop.customer("ACME")
    contract = pool_of(account)
    shop.end_month()
    assert AccountMonth.objects.get(account=account, month=MONTH).state == MonthState.CLOSED
    contracts.end(
        contract=contract,
        last_month=MONTH,
        reason="no longer needed",
        actor="operator@example.com",
        now=datetime(2026, 11, 20, tzinfo=UTC),
    )
    assert list(verification.faults_of(shop.bill_of(account))) == []


def test_a_contract_that_came_late_leaves_the_closed_month_proven() -> None:
    account = shop.customer("ACME")
    shop.end_month()
    item = credit_factories.contract_item()
    wish = contracts.ContractWish(
        account=account, coverage=shop.JAPAN, item=item, units=2, first_month=MONTH
    )
    contracts.begin(wish=wish, actor="operator@example.com", now=NOW, late=True)
    assert list(verification.faults_of(shop.bill_of(account))) == []


def test_a_contract_keeps_the_tax_rate_of_its_last_renewal() -> None:
    """Tax is a tenth until the month begins, then a fifth: 2 × 275 keep the tenth (Q37)."""
    factories.tax_rate(since=MONTH.first_day, rate=Decimal("0.2"))
    account = shop.customer("ACME")
    contract, began = pool_of(account), MONTH.previous
    Contract.objects.filter(pk=contract.pk).update(first_month=began, last_month=began.plus(11))
    shop.propose(account)
    bill = shop.bill_of(account)
    assert items_of(bill)["longTermBasicCharge"] == ("2", "550")
    assert bill.tax_minor == 55
    assert {total.name: total.tax_date for total in bill.item_totals.all()} == {
        "basic": MONTH.last_day,
        DISCOUNT: MONTH.last_day,
        "longTermBasicCharge": began.first_day,
    }
