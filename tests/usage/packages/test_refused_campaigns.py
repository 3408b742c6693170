"""Updates need a valid package and enough tokens, and are never more than were reserved (B4)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.models import Account
from tests import factories
from tests.usage.packages import shelf
from tests.usage.packages.shelf import DAY, END, START
from usage.models import Campaign, QuotaLedger
from usage.services.packages import (
    BadTerms,
    CampaignOver,
    NoPackage,
    NotAllowed,
    NotEnoughTokens,
    SameCampaign,
    TooManyUpdates,
)

pytestmark = pytest.mark.django_db
COUNTS = {"none": 0, "less than none": -1, "more than can be": 2**31}
NAMES = {"empty": " ", "too long": "x" * 251}


def test_without_any_package(agg: Account) -> None:
    with pytest.raises(NoPackage, match="there has been none yet"):
        shelf.start(agg)
    assert not QuotaLedger.objects.exists()


def test_after_the_package_expired_though_tokens_were_left(agg: Account) -> None:
    shelf.create(agg, 1000)
    shelf.start(agg, 1, at=END - timedelta(microseconds=1))
    with pytest.raises(NoPackage, match="expired on 2027-03-10 09:00 UTC"):
        shelf.start(agg, 1, at=END)


def test_before_the_package_begins(agg: Account) -> None:
    shelf.create(agg, starts_at=START + 5 * DAY)
    with pytest.raises(NoPackage, match="begins on 2026-03-15 09:00 UTC"):
        shelf.start(agg)


def test_beyond_the_quota(agg: Account) -> None:
    shelf.create(agg, 1000)
    shelf.start(agg, 900)
    with pytest.raises(NotEnoughTokens, match="101 tokens are wanted and 100 are left"):
        shelf.start(agg, 101)
    shelf.start(agg, 100)
    assert shelf.ledger(agg)[-1] == ("reservation", -100, 0)


@pytest.mark.parametrize("count", COUNTS.values(), ids=COUNTS)
def test_a_number_of_devices_that_cannot_be(agg: Account, count: int) -> None:
    shelf.create(agg)
    with pytest.raises(BadTerms):
        shelf.start(agg, count)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_that_cannot_be(agg: Account, name: str) -> None:
    shelf.create(agg)
    with pytest.raises(BadTerms):
        shelf.start(agg, name=name)


def test_where_features_are_disabled_for_the_tenant_or_who_pays(agg: Account, ten: Account) -> None:
    shelf.create(agg)
    for account in (ten, agg):
        account.features_enabled = False
        account.save()
        with pytest.raises(NotAllowed, match=f"features of {account.key} are disabled"):
            shelf.start(ten)
        account.features_enabled = True
        account.save()


def test_by_an_account_that_ended_or_has_no_place(agg: Account) -> None:
    shelf.create(agg)
    agg.ended_at = START
    with pytest.raises(NotAllowed, match="has ended"):
        shelf.start(agg)
    with pytest.raises(NotAllowed, match="no place in the tree"):
        shelf.start(factories.account(since=END.date().replace(day=1)))


def test_more_updates_than_reserved(agg: Account) -> None:
    shelf.create(agg)
    campaign = shelf.start(agg, 100)
    with pytest.raises(TooManyUpdates, match="101 updates are more than the 100 tokens"):
        shelf.finish(campaign, updated=101)
    with pytest.raises(BadTerms):
        shelf.finish(campaign, updated=-1)
    assert Campaign.objects.get().state == "open"


def test_finishing_twice_with_the_same_number_changes_nothing(agg: Account) -> None:
    shelf.create(agg)
    campaign = shelf.finish(shelf.start(agg, 100), updated=40)
    assert shelf.finish(campaign, updated=40, at=END - DAY) == campaign
    with pytest.raises(CampaignOver, match="finished since 2026-03-12 09:00 UTC with 40 updates"):
        shelf.finish(campaign, updated=41)
    assert len(shelf.ledger(agg)) == 3


def test_nothing_comes_back_after_the_package_expired(agg: Account) -> None:
    shelf.create(agg)
    campaign = shelf.start(agg, 100)
    shelf.settle(agg, END)
    with pytest.raises(CampaignOver, match="nothing comes back"):
        shelf.finish(campaign, at=END)


def test_starting_twice_with_the_same_id_reserves_once(agg: Account) -> None:
    shelf.create(agg)
    key = uuid4()
    first = shelf.start(agg, 100, campaign_id=key)
    assert shelf.start(agg, 100, campaign_id=key, at=START + 9 * DAY) == first
    with pytest.raises(SameCampaign, match="belongs to campaign roll-out"):
        shelf.start(agg, 99, campaign_id=key)
    assert len(shelf.ledger(agg)) == 2
