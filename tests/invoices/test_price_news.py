"""Customers are told of prices before they begin: whom they concern, in their language, once."""

from datetime import date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Account, Mail
from invoices.models import BillItem
from invoices.services.pricing_news import announce
from tests import factories

pytestmark = pytest.mark.django_db
SINCE = date(2026, 12, 1)


@pytest.fixture
def item(agg: Account, stray: Account) -> BillItem:
    """An item of AGG's last bill; STR is billed for something else."""
    factories.bill(account=agg, items={"basicCharge": "310"})
    factories.bill(account=stray, items={"other": "310"})
    item = factories.bill_item(code="basicCharge", title_en="Basic charge", title_ja="基本料")
    factories.price(item=item)
    factories.price(item=item, unit_price="12", since=SINCE)
    for language in ("en", "ja"):
        factories.person(agg, email=f"{language}@example.com", language=language)
    factories.person(agg, email="quiet@example.com", mails_prices=False)
    factories.person(stray, email="stranger@example.com")
    return item


def told(now: datetime = factories.NOW) -> dict[str, Mail]:
    announce(now=now)
    return {mail.to: mail for mail in Mail.objects.all()}


def test_whom_it_concerns_is_told_in_their_language(item: BillItem) -> None:
    mails = told()
    assert set(mails) == {"en@example.com", "ja@example.com"}
    assert "From 1 December 2026" in mails["en@example.com"].text
    assert "Basic charge" in mails["en@example.com"].text
    assert "基本料" in mails["ja@example.com"].text


def test_nobody_is_told_twice(item: BillItem) -> None:
    told()
    assert len(told(factories.NOW + timedelta(days=1))) == 2


def test_another_day_is_told_of_anew(item: BillItem) -> None:
    told()
    factories.price(item=item, unit_price="13", since=date(2026, 12, 15))
    announce(now=factories.NOW + timedelta(days=14))
    assert Mail.objects.count() == 4


def test_what_is_far_off_waits(item: BillItem) -> None:
    assert told(factories.NOW - timedelta(days=10)) == {}


def test_more_accounts_need_no_more_queries(
    item: BillItem, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        account = factories.account()
        factories.bill(account=account, items={"basicCharge": "310"})
        factories.person(account, email=f"{number}@example.com")
    with django_assert_max_num_queries(14):
        assert announce(now=factories.NOW) == 6
    assert Mail.objects.count() == 7
