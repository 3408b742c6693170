"""A month end that must not begin says why, and leaves nothing behind."""

from datetime import timedelta

import pytest

from invoices.models import BillingRun, Issuer
from invoices.services import runs
from tests import factories
from tests.factories import MONTH
from tests.invoices.bills import shop


def test_a_month_that_has_not_ended_is_refused_until_midnight_utc() -> None:
    shop.customer("ACME")
    with pytest.raises(runs.MonthNotEnded, match="from 2026-11-01, 00:00 UTC"):
        shop.end_month(now=MONTH.end - timedelta(microseconds=1))
    assert not BillingRun.objects.exists()
    shop.end_month(now=MONTH.end)
    assert BillingRun.objects.get().month == MONTH


def test_a_month_before_that_nobody_began_to_close_is_refused_with_its_account() -> None:
    shop.customer("EARLY", since=MONTH.previous.start)
    shop.customer("LATER")
    with pytest.raises(runs.PredecessorOpen, match="2026-09 of EARLY is still open"):
        shop.end_month()
    assert not BillingRun.objects.exists()
    shop.end_month(account_keys=["LATER"])


def test_an_account_that_does_not_exist_is_refused_by_name() -> None:
    shop.customer("ACME")
    with pytest.raises(runs.UnknownAccount, match="NOBODY is no billing account"):
        shop.end_month(account_keys=["ACME", "NOBODY"])
    assert not BillingRun.objects.exists()


def test_a_tenant_is_no_billing_account() -> None:
    payer = shop.customer("PAYER")
    factories.account(key="TENANT", parent=payer)
    with pytest.raises(runs.UnknownAccount, match="TENANT"):
        shop.end_month(account_keys=["TENANT"])


def test_an_account_has_nothing_to_close_before_its_first_device() -> None:
    shop.customer("OLD")
    shop.customer("NEW", since=MONTH.next.start)
    with pytest.raises(runs.UnknownAccount, match="NEW is no billing account with anything"):
        shop.end_month(account_keys=["NEW"])


def test_a_month_before_all_devices_has_nothing_to_close() -> None:
    shop.customer("NEW", since=MONTH.next.start)
    with pytest.raises(runs.NothingToClose):
        shop.end_month()


def test_an_account_without_devices_or_usage_is_left_out() -> None:
    factories.account(key="EMPTY")
    shop.customer("ACME")
    run = shop.end_month()
    assert list(run.items.values_list("account__key", flat=True)) == ["ACME"]


def test_a_month_without_a_seller_cannot_be_closed() -> None:
    shop.customer("ACME")
    Issuer.objects.all().delete()
    with pytest.raises(runs.NoSeller, match="There is no issuer yet"):
        shop.end_month()
    assert not BillingRun.objects.exists()
