"""Packages that cannot be so are refused, in words that say what to do."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Account, AuditEntry
from tests import factories
from tests.usage.packages import shelf
from tests.usage.packages.shelf import DAY, END, START
from usage.models import QuotaEntry, ServicePackage
from usage.services.packages import BadTerms, NotBilled, NotEnoughTokens, Overlap
from usage.services.packages.packages import MOST_TOKENS

pytestmark = pytest.mark.django_db
QUOTAS = {"none": 0, "less than none": -5, "more than the API can say": MOST_TOKENS + 1}
STARTS = {
    "already expired": (datetime(2025, 3, 10, 9, tzinfo=UTC), "expired already"),
    "more than a year ahead": (START + timedelta(days=367), "more than a year"),
    "without a time zone": (datetime(2026, 3, 10), "time zone"),  # noqa: DTZ001 - what is refused
    "beyond the calendar": (datetime(9998, 3, 10, tzinfo=UTC), "9999"),
}
OVERLAPS = {
    "within": START + DAY,
    "over its end": END - timedelta(microseconds=1),
}


@pytest.mark.parametrize("quota", QUOTAS.values(), ids=QUOTAS)
def test_a_number_of_tokens_that_cannot_be(agg: Account, quota: int) -> None:
    with pytest.raises(BadTerms) as refused:
        shelf.create(agg, quota)
    assert refused.value.field == "quota"
    assert not ServicePackage.objects.exists()


@pytest.mark.parametrize(("starts_at", "says"), STARTS.values(), ids=STARTS)
def test_a_start_that_cannot_be(agg: Account, starts_at: datetime, says: str) -> None:
    with pytest.raises(BadTerms, match=says):
        shelf.create(agg, starts_at=starts_at)


def test_a_start_before_something_else_happened(agg: Account) -> None:
    shelf.create(agg)
    shelf.settle(agg, END)
    with pytest.raises(BadTerms, match="The quota changed at 2027-03-10 09:00 UTC"):
        shelf.create(agg, at=END + DAY, starts_at=END - DAY)


@pytest.mark.parametrize("starts_at", OVERLAPS.values(), ids=OVERLAPS)
def test_two_packages_do_not_overlap(agg: Account, starts_at: datetime) -> None:
    shelf.create(agg)
    with pytest.raises(Overlap, match="from 2026-03-10 09:00 UTC to 2027-03-10 09:00 UTC"):
        shelf.create(agg, at=START + DAY, starts_at=starts_at)


def test_a_renewal_does_not_overlap_one_created_in_advance(agg: Account) -> None:
    shelf.create(agg)
    shelf.create(agg, at=END - 30 * DAY, starts_at=END + DAY)
    with pytest.raises(Overlap):
        shelf.renew(agg, at=END - DAY)


def test_a_new_package_may_begin_when_one_ends(agg: Account) -> None:
    shelf.create(agg, 1000)
    shelf.create(agg, 200, at=END + DAY, starts_at=END)
    assert shelf.ledger(agg)[1:] == [
        ("package_termination", -1000, 0),
        ("package_creation", 200, 200),
    ]


def test_a_tenant_holds_no_package(ten: Account) -> None:
    with pytest.raises(NotBilled, match="TEN draws on the package of AGG"):
        shelf.create(ten)


def test_an_account_that_ended_or_has_no_place_holds_none(agg: Account) -> None:
    agg.ended_at = START
    with pytest.raises(NotBilled, match="AGG has ended"):
        shelf.create(agg)
    later = factories.account(since=datetime(2027, 1, 1, tzinfo=UTC).date())
    with pytest.raises(NotBilled, match="no place in the tree"):
        shelf.create(later)


def test_no_more_tokens_are_taken_away_than_are_left(agg: Account) -> None:
    package = shelf.create(agg, 1000)
    shelf.start(agg, 300)
    with pytest.raises(NotEnoughTokens, match="701 tokens are wanted and 700 are left"):
        shelf.edit(package, -701)
    assert len(shelf.ledger(agg)) == 2


@pytest.mark.parametrize("change", [0, MOST_TOKENS, -MOST_TOKENS - 1])
def test_an_edit_that_cannot_be(agg: Account, change: int) -> None:
    with pytest.raises(BadTerms):
        shelf.edit(shelf.create(agg, 1000), change)


def test_a_package_that_ended_is_not_edited(agg: Account) -> None:
    package = shelf.create(agg)
    with pytest.raises(BadTerms, match="ended on 2027-03-10"):
        shelf.edit(package, 5, at=END)


def test_a_pending_package_has_no_less_than_no_tokens(agg: Account) -> None:
    shelf.create(agg)
    with pytest.raises(BadTerms, match="has 500 tokens"):
        shelf.edit(shelf.renew(agg, 500), -501)


def test_what_is_refused_leaves_no_trace(agg: Account) -> None:
    package = shelf.create(agg, 1000)
    trail = AuditEntry.objects.count()
    with pytest.raises(NotEnoughTokens):
        shelf.edit(package, -1001, at=END - DAY)
    assert (AuditEntry.objects.count(), QuotaEntry.objects.count()) == (trail, 1)
