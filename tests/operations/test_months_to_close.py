"""Which months the demonstration still closes."""

from datetime import UTC, datetime

import pytest

from billing_portal.common.periods import Month
from billing_portal.management import months
from invoices.choices import ItemState, RenderState
from invoices.models import BillingRun, Rendering
from tests import factories

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
IN_NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def run() -> BillingRun:
    """The run of September, in which usage began; nothing of it is open."""
    factories.account_month(account=factories.account(), month=SEPTEMBER)
    return factories.billing_run(month=SEPTEMBER)


def test_without_data_there_is_nothing_to_close() -> None:
    assert months.to_close(now=IN_NOVEMBER) == []


def test_the_running_month_is_not_closed(run: BillingRun) -> None:
    factories.account_month(account=factories.account(), month=Month(2026, 11))
    assert months.to_close(now=IN_NOVEMBER) == [OCTOBER]


def test_a_run_with_open_accounts_goes_on(run: BillingRun) -> None:
    factories.run_item(run=run, account=factories.account(), state=ItemState.PENDING)
    assert months.to_close(now=IN_NOVEMBER) == [SEPTEMBER, OCTOBER]


def test_a_parked_account_waits_for_a_person(run: BillingRun) -> None:
    factories.run_item(run=run, account=factories.account(), state=ItemState.PARKED)
    assert months.to_close(now=IN_NOVEMBER) == [OCTOBER]


@pytest.mark.parametrize(
    ("state", "expected"),
    [(RenderState.WAITING, [SEPTEMBER, OCTOBER]), (RenderState.DONE, [OCTOBER])],
)
def test_a_pdf_that_is_still_to_be_made_keeps_a_month_open(
    run: BillingRun, state: RenderState, expected: list[Month]
) -> None:
    bill = factories.bill(account=factories.account(), month=SEPTEMBER, state="closed")
    factories.invoice(bills=[bill], series=factories.series(issuer=factories.issuer()))
    Rendering.objects.update(state=state)
    assert months.to_close(now=IN_NOVEMBER) == expected
