"""The next package waits until the running one ends, and then follows it (rules.md Q50)."""

from datetime import datetime
from typing import Any

import pytest

from accounts.models import Account, AuditEntry
from tests.usage.packages import shelf
from tests.usage.packages.shelf import DAY, END, START
from usage.models import QuotaEntry, ServicePackage
from usage.selectors import packages as selectors
from usage.services.packages import AlreadyRenewed, BadTerms, NothingToRenew

pytestmark = pytest.mark.django_db


def test_a_renewal_begins_when_the_running_package_ends(agg: Account) -> None:
    running = shelf.create(agg)
    pending = shelf.renew(agg)
    assert (pending.starts_at, pending.renews) == (running.ends_at, running)
    assert pending.ends_at.isoformat() == "2028-03-10T09:00:00+00:00"
    assert len(shelf.ledger(agg)) == 1


def test_unused_tokens_are_lost_in_one_entry_that_shows_both_parts(agg: Account) -> None:
    shelf.create(agg, 1000)
    shelf.finish(shelf.start(agg, 300), updated=300)
    shelf.renew(agg, 500)
    shelf.settle(agg, END)
    assert shelf.ledger(agg)[3:] == [("package_renewal", -200, 500)]
    assert QuotaEntry.objects.get(reason="package_renewal").granted == 500


def test_unused_tokens_are_kept_where_the_setting_said_so(agg: Account, settings: Any) -> None:
    settings.RENEWAL_KEEPS_REST = True
    shelf.create(agg, 1000)
    shelf.renew(agg, 500)
    settings.RENEWAL_KEEPS_REST = False
    shelf.settle(agg, END)
    assert shelf.ledger(agg)[1:] == [("package_renewal", 500, 1500)]


def test_open_campaigns_run_on_and_give_back_to_the_running_package(agg: Account) -> None:
    shelf.create(agg, 1000)
    campaign = shelf.start(agg, 300)
    renewed = shelf.renew(agg, 500)
    shelf.finish(campaign, updated=100, at=END + DAY)
    assert shelf.ledger(agg)[2:] == [
        ("package_renewal", -200, 500),
        ("reservation_release", 200, 700),
    ]
    assert QuotaEntry.objects.get(reason="reservation_release").package == renewed


def test_tokens_of_a_pending_package_are_edited_before_it_counts(agg: Account) -> None:
    shelf.create(agg, 1000)
    shelf.edit(shelf.renew(agg, 500), 250)
    shelf.settle(agg, END)
    assert shelf.ledger(agg)[1:] == [("package_renewal", -250, 750)]


def test_a_chain_of_renewals_is_caught_up_in_its_order(agg: Account) -> None:
    shelf.create(agg, 1000)
    shelf.renew(agg, 500)
    second = shelf.renew(agg, 200, at=END + DAY)
    shelf.settle(agg, second.ends_at + DAY)
    assert [entry[:2] for entry in shelf.ledger(agg)] == [
        ("package_creation", 1000),
        ("package_renewal", -500),
        ("package_renewal", -300),
        ("package_termination", -200),
    ]
    stages = ServicePackage.objects.order_by("starts_at").values_list("stage", flat=True)
    assert list(stages) == ["renewed", "renewed", "terminated"]


def test_a_package_is_renewed_once(agg: Account) -> None:
    shelf.create(agg)
    shelf.renew(agg)
    with pytest.raises(AlreadyRenewed, match="begins on 2027-03-10 09:00 UTC"):
        shelf.renew(agg)


def test_an_expired_package_is_not_renewed(agg: Account) -> None:
    shelf.create(agg)
    with pytest.raises(NothingToRenew):
        shelf.renew(agg, at=END)


def test_pending_active_and_previous_change_at_the_instant(agg: Account) -> None:
    """Whether or not anything was entered in the ledger."""
    running, pending = shelf.create(agg), shelf.renew(agg)
    before = selectors.packages(account=agg, at=END - DAY)
    assert (before.active, before.pending, before.previous) == (running, pending, [])
    after = selectors.packages(account=agg, at=END)
    assert (after.active, after.pending, after.previous) == (pending, None, [running])


def test_a_pending_package_is_withdrawn_as_if_it_had_never_been(agg: Account) -> None:
    running = shelf.create(agg, 1000)
    shelf.withdraw(shelf.renew(agg, 500))
    assert ServicePackage.objects.get() == running
    assert AuditEntry.objects.get(action="package.withdraw").detail["reason"] == "a slip"
    shelf.settle(agg, END)
    assert shelf.ledger(agg)[1:] == [("package_termination", -1000, 0)]


def test_after_a_withdrawal_the_package_is_renewed_anew(agg: Account) -> None:
    shelf.create(agg, 1000)
    shelf.withdraw(shelf.renew(agg, 500))
    shelf.renew(agg, 200)
    shelf.settle(agg, END)
    assert shelf.ledger(agg)[1:] == [("package_renewal", -800, 200)]


@pytest.mark.parametrize("at", [START, END])
def test_a_package_that_has_begun_is_not_withdrawn(agg: Account, at: datetime) -> None:
    """Also when nobody has entered yet that it began."""
    package = shelf.create(agg, 1000)
    if at == END:
        package = shelf.renew(agg, 500)
    with pytest.raises(BadTerms, match="has not begun"):
        shelf.withdraw(package, at=at)
    assert ServicePackage.objects.filter(pk=package.pk).exists()
