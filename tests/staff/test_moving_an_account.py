"""Moving an account: what staff type, what months it touches, and what is refused."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account, AuditEntry, Placement
from accounts.services.tree import Cycle, MonthIsClosed
from billing_portal.common.periods import Month
from tests import factories
from usage.choices import Coverage, MonthState
from usage.models import AccountMonth
from usage.services import placements

ADD = "admin:accounts_placement_add"
NOVEMBER = Month(2026, 11)


def move(account: Account, parent: Account | None, since: date = NOVEMBER.first_day) -> Placement:
    return placements.move(
        account=account,
        since=since,
        parent=parent,
        is_billing=parent is None,
        actor="operator@example.com",
        now=factories.NOW,
    )


def version(account: Account, month: Month = NOVEMBER) -> int:
    return AccountMonth.objects.get(account=account, month=month).version


class TestTheMonths:
    def test_of_who_paid_and_who_will_pay_see_it(self, agg: Account, stray: Account) -> None:
        for account in (agg, stray):
            factories.account_month(account=account, month=NOVEMBER)
        move(stray, agg)
        assert (version(agg), version(stray)) == (1, 1)

    def test_of_others_do_not(self, agg: Account, stray: Account) -> None:
        other = factories.account()
        factories.account_month(account=other, month=NOVEMBER)
        move(stray, agg)
        assert version(other) == 0

    def test_before_the_move_do_not(self, agg: Account, stray: Account) -> None:
        factories.account_month(account=agg)
        move(stray, agg)
        assert version(agg, factories.MONTH) == 0

    def test_after_it_do(self, agg: Account, stray: Account) -> None:
        factories.account_month(account=agg, month=NOVEMBER.next)
        move(stray, agg)
        assert version(agg, NOVEMBER.next) == 1

    def test_none_is_begun_by_it(self, agg: Account, stray: Account) -> None:
        move(stray, agg)
        assert not AccountMonth.objects.exists()

    @pytest.mark.parametrize("whose", ["stray", "the payer above agg"])
    def test_that_are_closed_refuse_it(self, whose: str, agg: Account, stray: Account) -> None:
        top = factories.account()
        factories.placement(account=agg, since=NOVEMBER.first_day, parent=top)
        closed, other = (stray, top) if whose == "stray" else (top, stray)
        factories.account_month(
            account=closed, month=NOVEMBER, state=MonthState.CLOSED, coverage=Coverage.GLOBAL
        )
        factories.account_month(account=other, month=NOVEMBER)
        with pytest.raises(MonthIsClosed, match="2026-12-01 or later"):
            move(stray, agg)
        assert (stray.placements.count(), version(other)) == (1, 0)

    def test_of_whom_its_tenants_pay_for_count_too(self, agg: Account, stray: Account) -> None:
        below = factories.account(parent=stray, is_billing=True)
        factories.account_month(account=below, month=NOVEMBER)
        move(stray, agg)
        assert version(below) == 1


def test_a_move_is_in_the_audit_trail(agg: Account, stray: Account) -> None:
    move(stray, agg)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.account_key, entry.subject) == (
        "account.place",
        "STR",
        "2026-11-01",
    )
    assert entry.detail == {"parent": "AGG", "is_billing": False}


def test_a_refused_move_is_not(agg: Account, ten: Account) -> None:
    with pytest.raises(Cycle):
        move(agg, ten)
    assert not AuditEntry.objects.exists()


class TestThePage:
    def typed(self, account: Account, parent: Account | None, since: str) -> dict[str, object]:
        fields = {"account": account.pk, "since": since, "parent": parent.pk if parent else ""}
        return {**fields, "is_billing": "on"} if parent is None else fields

    def test_moves_and_leads_to_the_account(
        self, agg: Account, stray: Account, staff: Client
    ) -> None:
        response = staff.post(reverse(ADD), self.typed(stray, agg, "2026-11-01"))
        there = reverse("admin:accounts_account_change", args=[stray.pk])
        assert response.headers["Location"] == there
        assert stray.placements.get(since="2026-11-01").parent == agg
        assert "has its new place from 2026-11-01 on" in staff.get(there).content.decode()

    def test_replaces_a_mistake_of_the_same_day(
        self, agg: Account, stray: Account, staff: Client
    ) -> None:
        staff.post(reverse(ADD), self.typed(stray, agg, "2026-11-01"))
        staff.post(reverse(ADD), self.typed(stray, None, "2026-11-01"))
        assert stray.placements.get(since="2026-11-01").parent is None

    @pytest.mark.parametrize(
        ("since", "reason"),
        [("2026-11-02", "first day of a month only"), ("2026-12-01", "TEN stands below AGG")],
    )
    def test_says_why_not_and_keeps_what_was_typed(
        self, since: str, reason: str, agg: Account, ten: Account, staff: Client
    ) -> None:
        response = staff.post(reverse(ADD), self.typed(agg, ten, since), follow=True)
        page = response.content.decode()
        assert reason in page
        assert f'value="{since}"' in page
        assert "Aggregator (AGG)" in page
        assert agg.placements.count() == 1

    def test_is_where_a_new_account_leads(self, staff: Client) -> None:
        typed = {"key": "NEW", "team_name": "New", "business_model": "active_devices"}
        response = staff.post(reverse("admin:accounts_account_add"), typed)
        account = Account.objects.get(key="NEW")
        assert response.headers["Location"] == f"{reverse(ADD)}?account={account.pk}"
