"""The page of a month end answers whether the month can go out: state, totals, odd bills, retry."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import Account, AuditEntry
from invoices.choices import ItemState, OddKind
from invoices.models import BillingRun
from invoices.selectors.review import review
from tests import factories
from tests.staff.conftest import Broker

BEFORE = factories.MONTH.previous


@pytest.fixture
def run(agg: Account, stray: Account) -> BillingRun:
    """October, with AGG parked and STR closed."""
    run = factories.billing_run()
    problems = [{"what": "There is no price for x (japan) on 2026-10-01.", "remedy": "Add it."}]
    factories.run_item(run=run, account=agg, state=ItemState.PARKED, problems=problems)
    factories.run_item(run=run, account=stray, state=ItemState.CLOSED)
    return run


def page(staff: Client, run: BillingRun) -> str:
    return staff.get(reverse("admin:invoices_billingrun_change", args=[run.pk])).content.decode()


class TestTheAnswer:
    def test_parked_accounts_come_first_with_the_way_to_mend_them(
        self, run: BillingRun, staff: Client
    ) -> None:
        text = page(staff, run)
        assert "1 account is parked and has no final bill" in text
        assert f'{reverse("admin:invoices_billitem_changelist")}?q=x"' in text

    @pytest.mark.parametrize(
        ("state", "answer"),
        [
            (ItemState.CLOSED, "Every bill of this month is final"),
            (ItemState.PENDING, "This month is being closed"),
            (ItemState.PROPOSED, "This month is being closed"),
        ],
    )
    def test_says_how_far_the_month_is(
        self, state: ItemState, answer: str, run: BillingRun, staff: Client
    ) -> None:
        run.items.update(state=state)
        assert answer in page(staff, run)

    def test_names_what_waits_for_the_month_before(
        self, run: BillingRun, agg: Account, staff: Client
    ) -> None:
        run.items.filter(account=agg).update(state=ItemState.PENDING)
        factories.account_month(account=agg, month=BEFORE)
        assert "1 accounts wait, because their month before is still open" in page(staff, run)

    def test_says_how_long_it_took(self, run: BillingRun, stray: Account, staff: Client) -> None:
        run.items.update(state=ItemState.CLOSED)
        factories.bill(account=stray, state="closed")
        assert "0 seconds" in page(staff, run)


class TestRetrying:
    def address(self, run: BillingRun) -> str:
        return reverse("admin:invoices_billingrun_retry", args=[run.pk])

    def test_one_account_leaves_the_others_parked(
        self, run: BillingRun, agg: Account, stray: Account, staff: Client, broker: Broker
    ) -> None:
        run.items.update(state=ItemState.PARKED)
        staff.post(self.address(run), {"account": "AGG"})
        assert dict(run.items.values_list("account__key", "state")) == {
            "AGG": ItemState.PENDING,
            "STR": ItemState.PARKED,
        }
        entry = AuditEntry.objects.get(action="billing_run.retry")
        assert (entry.account_key, entry.detail) == ("AGG", {"accounts": 1})
        assert broker.told == [("invoices.tasks.runs.sweep", {})]

    def test_all_at_once(self, run: BillingRun, staff: Client, broker: Broker) -> None:
        run.items.update(state=ItemState.PARKED)
        staff.post(self.address(run))
        assert set(run.items.values_list("state", flat=True)) == {ItemState.PENDING}

    def test_from_the_list_of_accounts(
        self, run: BillingRun, staff: Client, broker: Broker
    ) -> None:
        chosen = list(run.items.values_list("pk", flat=True))
        data = {"action": "try_again", "_selected_action": chosen}
        staff.post(reverse("admin:invoices_runitem_changelist"), data)
        states = dict(run.items.values_list("account__key", "state"))
        assert states == {"AGG": ItemState.PENDING, "STR": ItemState.CLOSED}

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_not_for_who_may_only_look(
        self, method: str, run: BillingRun, client: Client
    ) -> None:
        person = factories.user(is_staff=True)
        person.user_permissions.set(Permission.objects.filter(codename="view_billingrun"))
        client.force_login(person)
        assert getattr(client, method)(self.address(run)).status_code == 403
        assert "Retry" not in page(client, run)


# total of September and of October in minor units; None is no bill
BILLS = [
    (100_000, 100_000, None),
    (100_000, 149_999, None),
    (100_000, 150_000, OddKind.MORE),
    (100_000, 50_000, OddKind.LESS),
    (100, 10_000, None),
    (100, 10_100, OddKind.MORE),
    (100_000, 0, OddKind.ZERO),
    (None, 0, OddKind.ZERO),
    (None, 5, OddKind.FIRST),
    (5, None, OddKind.NONE),
    (-20_000, 20_000, OddKind.MORE),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "now", "kind"), BILLS)
def test_bills_to_look_at(before: int | None, now: int | None, kind: OddKind | None) -> None:
    account, other = factories.account(), factories.account()
    for month in (BEFORE, factories.MONTH):
        factories.bill(account=other, month=month)  # a bill like that of the month before
    for month, gross in ((BEFORE, before), (factories.MONTH, now)):
        if gross is not None:
            factories.bill(account=account, month=month, gross_minor=gross)
    found = review(factories.MONTH).odd
    assert {kind: [row.account_key for row in rows] for kind, rows in found.items()} == (
        {kind: [account.key]} if kind else {}
    )


def test_totals_are_by_currency_and_compared_with_last_month(
    agg: Account, stray: Account, run: BillingRun, staff: Client
) -> None:
    factories.bill(account=agg, month=BEFORE, gross_minor=1_000_000)
    factories.bill(account=agg, gross_minor=1_234_567, state="closed")
    factories.bill(account=stray, gross_minor=1234, coverage="global", currency="USD")
    text = page(staff, run)
    for part in ("1,234,567", "12.34", "1 bills, 1 of them final", "+23.5%, more than in 2026-09"):
        assert part in text


def test_a_month_is_looked_at_before_it_is_closed(agg: Account, staff: Client) -> None:
    factories.bill(account=agg, gross_minor=98_765)
    address = reverse("admin:invoices_billingrun_close")
    text = staff.get(address, {"look": "2026-10"}).content.decode()
    assert "What 2026-10 comes to" in text
    assert "98,765" in text


@pytest.mark.parametrize("look", ["0000-00", "soon", "", "9999-99"])
def test_a_month_that_is_none_is_left_out(look: str, staff: Client) -> None:
    page = staff.get(reverse("admin:invoices_billingrun_close"), {"look": look})
    assert (page.status_code, "comes to, tax" in page.content.decode()) == (200, False)
