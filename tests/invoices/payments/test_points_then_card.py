"""Points pay a new document first and by themselves; the card pays the rest (E10)."""

import pytest

from billing_portal.common import clock
from invoices.models import Issuer, Receivable
from invoices.selectors.points import available
from invoices.services.credits import PointWish, points
from tests import factories
from tests.factories import NOW
from tests.invoices.documents.bills import closed_bill, invoice_of
from tests.invoices.documents.conftest import seller
from tests.invoices.payments import purse

__all__ = ["seller"]


@pytest.mark.parametrize(("granted", "charged", "left"), [(100, [241], 0), (500, [], 159)])
def test_the_card_is_charged_what_points_do_not_pay(
    seller: Issuer, granted: int, charged: list[int], left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    account = factories.account()
    wish = PointWish(account=account, points=granted, expires_on=None, reason="welcome")
    points.grant(wish=wish, today=NOW.date(), actor=purse.ACTOR, now=NOW)
    purse.add(account)
    invoice = invoice_of(closed_bill(account))
    assert invoice.total_minor == 341
    assert purse.work(Receivable.objects.get(invoice=invoice)) == ("paid", 0)
    assert purse.charged() == charged
    assert available(account_ids=[account.pk], on=NOW.date())[account.pk] == left
