"""A month end that is run again does what is left, and nothing that is done."""

from typing import Any

from invoices.choices import ItemState
from invoices.models import Bill, BillingRun, Invoice, RunItem
from tests.factories import NOW
from tests.invoices.bills import shop
from tests.invoices.verification.planting import IN_DECEMBER


def result() -> list[list[tuple[Any, ...]]]:
    """Everything that a month end writes, but for its leases."""
    return [
        list(Bill.objects.order_by("pk").values_list()),
        list(Invoice.objects.order_by("pk").values_list()),
        list(BillingRun.objects.values_list()),
        list(RunItem.objects.order_by("pk").values_list("account", "state", "problems")),
    ]


def test_running_it_again_changes_nothing() -> None:
    shop.customer("ACME", used=5)
    shop.customer("BETA")
    shop.end_month()
    before = result()
    shop.end_month(now=IN_DECEMBER)
    assert result() == before


def test_a_named_account_alone_is_closed_and_the_rest_follow_in_the_same_run() -> None:
    for key in ("ACME", "BETA", "CITY"):
        shop.customer(key)
    shop.end_month(account_keys=["BETA"])
    assert list(Invoice.objects.values_list("account__key", flat=True)) == ["BETA"]
    assert list(RunItem.objects.values_list("account__key", flat=True)) == ["BETA"]
    shop.end_month(now=IN_DECEMBER)
    labels = Invoice.objects.order_by("number").values_list("number", "account__key")
    assert list(labels) == [(1, "BETA"), (2, "ACME"), (3, "CITY")]
    run = BillingRun.objects.get()
    assert (run.created_at, run.issue_date) == (NOW, NOW.date())


def test_documents_of_a_run_bear_the_date_on_which_it_was_opened() -> None:
    shop.customer("ACME")
    shop.customer("BETA")
    shop.end_month(account_keys=["ACME"])
    shop.end_month(now=IN_DECEMBER)
    dates = Invoice.objects.values_list("issue_date", flat=True)
    assert set(dates) == {NOW.date()}


def test_closed_accounts_are_left_alone_when_parked_ones_are_tried_again() -> None:
    shop.customer("ACME")
    run = shop.end_month()
    shop.end_month()
    assert [item.state for item in run.items.all()] == [ItemState.CLOSED]
