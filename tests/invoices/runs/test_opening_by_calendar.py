"""The calendar opens the runs of ended months: in order, from the set business day on."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from billing_portal.common.clock import VARIABLE
from billing_portal.common.periods import Month
from invoices.models import BillingRun
from invoices.tasks import runs
from tests.factories import MONTH
from tests.invoices.bills import shop

SEPTEMBER, OCTOBER = MONTH.previous, MONTH


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "send", bool)


def opened(monkeypatch: pytest.MonkeyPatch, instant: datetime) -> list[Month]:
    monkeypatch.setenv(VARIABLE, instant.isoformat())
    runs.open_due()
    return list(BillingRun.objects.order_by("pk").values_list("month", flat=True))


@pytest.mark.parametrize(
    ("day", "instant", "months"),
    [
        # 1 November 2026 is a Sunday.
        (1, datetime(2026, 11, 1, 23, 59, tzinfo=UTC), [SEPTEMBER]),
        (1, datetime(2026, 11, 2, tzinfo=UTC), [SEPTEMBER, OCTOBER]),
        (3, datetime(2026, 11, 3, 23, 59, tzinfo=UTC), [SEPTEMBER]),
        (3, datetime(2026, 11, 4, tzinfo=UTC), [SEPTEMBER, OCTOBER]),
        (3, datetime(2026, 10, 4, tzinfo=UTC), []),
    ],
)
def test_months_are_opened_in_order_from_their_business_day(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    day: int,
    instant: datetime,
    months: list[Month],
) -> None:
    settings.CLOSE_BUSINESS_DAY = day
    shop.customer("ACME", since=SEPTEMBER.start)
    shop.customer("BETA", since=OCTOBER.start)
    assert opened(monkeypatch, instant) == months


def test_a_device_that_merely_exists_has_its_month_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    account = shop.customer("ACME", since=SEPTEMBER.start)
    instant = datetime(2026, 11, 20, tzinfo=UTC)
    opened(monkeypatch, instant)
    shop.work_off(instant + timedelta(minutes=1))
    assert shop.bill_of(account, OCTOBER).net == 310


def test_a_month_is_opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shop.customer("ACME")
    for hour in (1, 2):
        opened(monkeypatch, datetime(2026, 11, 20, hour, tzinfo=UTC))
    assert BillingRun.objects.count() == 1
