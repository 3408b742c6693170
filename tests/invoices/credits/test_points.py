"""Credit points: a yen each, taken by order of expiry, never more than there are (Q45)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Account, AuditEntry
from invoices.models import Invoice, Issuer, PointEntry, PointGrant
from invoices.selectors.points import available
from invoices.services.credits import BadTerms, CreditRefused, PointWish, points
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
WHO: dict[str, Any] = {"actor": "operator@example.com", "now": NOW}


def give(account: Account, amount: int, expires: date | None = None, **changes: Any) -> PointGrant:
    wish = PointWish(account=account, points=amount, expires_on=expires, reason="welcome")
    return points.grant(wish=wish, today=TODAY, **{**WHO, **changes})


def document(account: Account, **fields: Any) -> Invoice:
    issuer = Issuer.objects.first() or factories.issuer()
    bill = factories.bill(
        account=account, month=fields.pop("month", factories.MONTH), state="closed"
    )
    return factories.invoice(bills=[bill], series=factories.series(issuer=issuer), **fields)


def use(account: Account, due: int, *, on: date = TODAY, **fields: Any) -> Invoice:
    """A document that takes points, as the close does it."""
    invoice = document(account, **fields)
    with transaction.atomic():
        purse = points.lock(account_ids=[account.pk], on=on)
        draws = purse.draw(account_id=account.pk, currency=invoice.currency, due_minor=due)
        points.spend(uses={invoice: draws}, now=NOW)
    return invoice


def left(account: Account, on: date = TODAY) -> int:
    return available(account_ids=[account.pk], on=on)[account.pk]


def kinds(account: Account) -> list[tuple[str, int, int]]:
    entries = PointEntry.objects.filter(grant__account=account).order_by("pk")
    return list(entries.values_list("kind", "amount", "left"))


def test_the_earliest_expiry_is_used_first_and_never_more_than_the_amount_due() -> None:
    account = factories.account()
    give(account, 500)
    late = give(account, 100, TODAY + timedelta(days=9))
    soon = give(account, 100, TODAY)
    use(account, 150)
    assert kinds(account)[3:] == [("use", -100, 0), ("use", -50, 50)]
    assert soon.entries.get(kind="use").invoice == late.entries.get(kind="use").invoice
    assert left(account) == 550


@pytest.mark.parametrize(("days", "usable"), [(0, 100), (1, 0)])
def test_points_are_usable_on_the_day_of_expiry(days: int, usable: int) -> None:
    account, on = factories.account(), TODAY + timedelta(days=days)
    give(account, 100, TODAY)
    assert left(account, on) == usable
    assert use(account, 40, on=on).point_entries.count() == (usable > 0)


def test_two_documents_of_one_closing_share_what_there_is() -> None:
    account, other = factories.account(), factories.account()
    give(account, 100)
    purse = points.lock(account_ids=[account.pk, other.pk], on=TODAY)
    first, second, none = [
        sum(draw.points for draw in purse.draw(account_id=key, currency="JPY", due_minor=due))
        for key, due in ((account.pk, 70), (account.pk, 70), (other.pk, 70))
    ]
    assert (first, second, none) == (70, 30, 0)


@pytest.mark.parametrize(("currency", "due"), [("USD", 100), ("JPY", 0), ("JPY", -5)])
def test_nothing_is_taken_for_other_currencies_or_nothing_due(currency: str, due: int) -> None:
    account = factories.account()
    give(account, 100)
    purse = points.lock(account_ids=[account.pk], on=TODAY)
    assert purse.draw(account_id=account.pk, currency=currency, due_minor=due) == ()


def test_what_is_left_lapses_once_when_the_day_is_over() -> None:
    account = factories.account()
    give(account, 100, TODAY)
    use(account, 30)
    tomorrow = TODAY + timedelta(days=1)
    assert [points.lapse(today=day, now=NOW) for day in (TODAY, tomorrow, tomorrow)] == [0, 1, 0]
    assert kinds(account)[-1] == ("lapse", -70, 0)


def test_nothing_lapses_while_a_closing_is_under_way() -> None:
    account = factories.account()
    give(account, 100, TODAY)
    factories.run_item(run=factories.billing_run(), account=account)
    assert points.lapse(today=TODAY + timedelta(days=1), now=NOW) == 0


def test_a_return_invoice_gives_points_back_to_where_they_came_from() -> None:
    account = factories.account()
    give(account, 50, TODAY)
    lasting = give(account, 50)
    invoice = use(account, 100)
    back = document(account, kind="return", corrects=invoice, month=factories.MONTH.next)
    points.give_back(document=back, points=60, **WHO)
    assert kinds(account)[-2:] == [("return", 50, 50), ("return", 10, 10)]
    assert lasting.entries.filter(kind="return").exists()
    with pytest.raises(BadTerms):
        points.give_back(document=back, points=41, **WHO)
    assert left(account) == 60


def test_a_correction_never_goes_below_zero() -> None:
    grant = give(factories.account(), 100)
    points.correct(grant=grant, points=-100, reason="by mistake", **WHO)
    with pytest.raises(BadTerms):
        points.correct(grant=grant, points=-1, reason="again", **WHO)
    assert left(grant.account) == 0
    assert AuditEntry.objects.get(action="points.correct").detail["left"] == 0


BAD: list[tuple[dict[str, Any], str]] = [
    ({"points": 0}, "points"),
    ({"points": -5}, "points"),
    ({"points": points.MOST + 1}, "points"),
    ({"expires_on": TODAY - timedelta(days=1)}, "expires_on"),
    ({"reason": " \0 "}, "reason"),
    ({"reason": "x" * 501}, "reason"),
]


@pytest.mark.parametrize(("changes", "field"), BAD)
def test_a_grant_that_cannot_be_is_refused(changes: dict[str, Any], field: str) -> None:
    values = {"points": 5, "expires_on": None, "reason": "welcome", **changes}
    wish = PointWish(account=factories.account(), **values)
    with pytest.raises(CreditRefused) as refused:
        points.grant(wish=wish, today=TODAY, **WHO)
    assert refused.value.field == field
    assert not PointGrant.objects.exists()


def test_a_tenant_that_is_billed_to_another_gets_no_points() -> None:
    tenant = factories.account(parent=factories.account())
    with pytest.raises(CreditRefused):
        give(tenant, 5)
