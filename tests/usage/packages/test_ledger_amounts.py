"""What each event does to the quota (rules.md Q49)."""

import pytest

from accounts.models import Account
from tests.usage.packages import shelf
from tests.usage.packages.shelf import DAY, END, START
from usage.models import Campaign, QuotaEntry, ServicePackage

pytestmark = pytest.mark.django_db


def test_creation_grants_its_tokens(agg: Account) -> None:
    shelf.create(agg, 1000)
    assert shelf.ledger(agg) == [("package_creation", 1000, 1000)]


def test_a_reservation_takes_a_token_for_each_device(agg: Account) -> None:
    shelf.create(agg, 1000)
    shelf.start(agg, 300)
    assert shelf.ledger(agg)[1:] == [("reservation", -300, 700)]


def test_a_release_gives_back_what_was_not_used(agg: Account) -> None:
    shelf.create(agg, 1000)
    shelf.finish(shelf.start(agg, 300), updated=120)
    assert shelf.ledger(agg)[2:] == [("reservation_release", 180, 880)]


def test_failed_updates_come_back_with_the_release(agg: Account) -> None:
    """Q52: of 300 devices none was updated."""
    shelf.create(agg, 1000)
    shelf.finish(shelf.start(agg, 300), updated=0)
    assert shelf.ledger(agg)[2:] == [("reservation_release", 300, 1000)]


def test_a_release_of_a_full_reservation_is_an_event_of_nothing(agg: Account) -> None:
    shelf.create(agg, 1000)
    shelf.finish(shelf.start(agg, 300), updated=300)
    assert shelf.ledger(agg)[2:] == [("reservation_release", 0, 700)]


def test_expiry_ends_campaigns_first_and_takes_the_rest(agg: Account) -> None:
    shelf.create(agg, 1000)
    campaign = shelf.start(agg, 300)
    shelf.settle(agg, END)
    assert shelf.ledger(agg)[2:] == [
        ("reservation_termination", 0, 700),
        ("package_termination", -700, 0),
    ]
    ended = Campaign.objects.get(pk=campaign.pk)
    assert (ended.state, ended.ended_at, ended.updated) == ("terminated", END, None)


def test_expiry_of_a_used_up_package_is_an_event_of_nothing(agg: Account) -> None:
    shelf.create(agg, 100)
    shelf.finish(shelf.start(agg, 100), updated=100)
    shelf.settle(agg, END)
    assert shelf.ledger(agg)[3:] == [("package_termination", 0, 0)]


def test_an_edit_adds_tokens_and_takes_them_away(agg: Account) -> None:
    package = shelf.create(agg, 1000)
    shelf.edit(package, 50)
    shelf.edit(package, -1050)
    assert shelf.ledger(agg)[1:] == [
        ("package_tokens_edit", 50, 1050),
        ("package_tokens_edit", -1050, 0),
    ]
    assert ServicePackage.objects.get().quota == 0


def test_entries_name_campaign_account_and_person(agg: Account, ten: Account) -> None:
    package = shelf.create(agg)
    campaign = shelf.start(ten)
    entry = QuotaEntry.objects.get(reason="reservation")
    assert (entry.campaign, entry.account, entry.package) == (campaign, ten, package)
    assert (entry.actor, entry.at, entry.recorded_at) == (shelf.ACTOR, START + DAY, START + DAY)
    assert len(entry.pk.hex) == len(campaign.pk.hex) == len(package.pk.hex) == 32


def test_packages_with_a_gap_between_them_are_caught_up_one_after_the_other(agg: Account) -> None:
    shelf.create(agg, 1000)
    shelf.start(agg, 300)
    later = shelf.create(agg, 200, at=START + 30 * DAY, starts_at=END + 5 * DAY)
    shelf.settle(agg, later.ends_at)
    assert shelf.ledger(agg)[2:] == [
        ("reservation_termination", 0, 700),
        ("package_termination", -700, 0),
        ("package_creation", 200, 200),
        ("package_termination", -200, 0),
    ]
