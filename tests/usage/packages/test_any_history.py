"""Whatever happens to a quota, it is the plain sum of its ledger and never below zero."""

from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Account
from tests import factories
from tests.usage.packages import shelf
from tests.usage.packages.shelf import START
from usage.models import Campaign, QuotaEntry, QuotaLedger, ServicePackage
from usage.selectors import packages as selectors
from usage.services.packages import PackageRefused

ACTS = st.tuples(
    st.sampled_from(["create", "renew", "edit", "start", "start", "finish", "finish", "settle"]),
    st.integers(-400, 1200),
    st.integers(0, 240),
)
"""What is done, how many tokens or devices it is about, and after how many days."""


def act(account: Account, what: str, number: int, now: datetime) -> None:
    match what:
        case "create":
            shelf.create(account, number, at=now)
        case "renew":
            shelf.renew(account, number, at=now)
        case "edit":
            package = ServicePackage.objects.order_by("-starts_at").first()
            _ = package and shelf.edit(package, number, at=now)
        case "start":
            shelf.start(account, number, at=now)
        case "finish":
            campaign = Campaign.objects.order_by("-started_at").first()
            _ = campaign and shelf.finish(campaign, abs(number) // 3, at=now)
        case _:
            shelf.settle(account, now)


class Histories(TestCase):
    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(history=st.lists(ACTS, max_size=14))
    def test_the_balance_is_the_plain_sum(self, history: list[tuple[str, int, int]]) -> None:
        account, now = factories.account(), START
        shelf.create(account, 1000)
        for what, number, days in history:
            now += timedelta(days=days)
            with suppress(PackageRefused):
                act(account, what, number, now)
            before = selectors.quota(account=account, at=now)
            shelf.settle(account, now)
            after = selectors.quota(account=account, at=now)
            assert (before.remaining, before.reserved) == (after.remaining, after.reserved)
            assert_sums(account, after)


def assert_sums(account: Account, quota: selectors.Quota) -> None:
    entries = list(QuotaEntry.objects.filter(ledger_id=account.pk).order_by("number"))
    sums = [sum(entry.amount for entry in entries[: n + 1]) for n in range(len(entries))]
    head = QuotaLedger.objects.get(account=account)
    assert [entry.left for entry in entries] == sums
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert min(sums) >= 0
    assert (head.balance, head.number, quota.remaining) == (sums[-1], len(entries), sums[-1])
    held = Campaign.objects.filter(state="open").values_list("reserved", flat=True)
    assert quota.reserved == sum(held)
    assert quota.package is not None or quota.remaining == 0
