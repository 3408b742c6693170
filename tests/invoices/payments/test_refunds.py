"""Money goes back to the card that paid, never more than it paid, and out of credit only."""

import pytest

from invoices.gateways import Declined
from invoices.models import CustomerCredit, Receivable, Refund
from invoices.services.payments import BadAmount, NotTheirs, gateway, receivables, refunds
from tests import factories
from tests.factories import NOW
from tests.invoices.payments import purse, till

pytestmark = pytest.mark.django_db


@pytest.fixture
def returned(monkeypatch: pytest.MonkeyPatch) -> Receivable:
    """1,000 were charged, and a return invoice gave 600 back as credit."""
    monkeypatch.setattr("billing_portal.common.clock.now", lambda: NOW)
    account = factories.account()
    purse.add(account)
    row = till.owed(account)
    purse.work(row)
    document = till.document(account, -600, kind="return", corrects=row.invoice)
    receivables.open_for(invoices=[document], now=NOW)
    return row


def give(row: Receivable, amount: int) -> Refund:
    return refunds.of_document(receivable=row, amount_minor=amount, reason="so", **till.WHO)


def credit() -> int:
    return CustomerCredit.objects.get().left_minor


def test_a_refund_is_asked_for_once_and_taken_out_of_credit(returned: Receivable) -> None:
    refund = give(returned, 600)
    for _tick in range(2):
        refunds.work(refund_id=refund.pk, now=NOW)
    refund.refresh_from_db()
    assert (refund.state, credit()) == ("succeeded", 0)


@pytest.mark.parametrize("amount", [0, -1, 601, 1001, 5000])
def test_no_refund_is_larger_than_the_credit_or_the_document(
    returned: Receivable, amount: int
) -> None:
    with pytest.raises(BadAmount):
        give(returned, amount)
    assert (credit(), Refund.objects.count()) == (600, 0)


def test_refunds_of_one_charge_add_up_to_no_more_than_it(returned: Receivable) -> None:
    CustomerCredit.objects.update(left_minor=5000)
    give(returned, 900)
    with pytest.raises(BadAmount):
        give(returned, 101)


def test_what_the_gateway_refuses_becomes_credit_again(
    returned: Receivable, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund = give(returned, 600)
    desk = gateway.sandbox()
    monkeypatch.setattr(desk, "refund", lambda **_asked: Declined("too_late"), raising=True)
    monkeypatch.setattr(gateway, "chosen", lambda: desk)
    refunds.work(refund_id=refund.pk, now=NOW)
    assert credit() == 600


def test_nothing_is_given_back_that_no_card_paid() -> None:
    with pytest.raises(NotTheirs):
        give(till.owed(factories.account(), kind="invoice"), 10)
