"""Closing a month from the staff pages: asking, refusals, retrying, and a broker that is down."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import Account, AuditEntry
from invoices.choices import ItemState
from invoices.models import BillingRun
from tests import factories
from tests.staff.conftest import Broker, said

CLOSE = "admin:invoices_billingrun_close"
LIST = "admin:invoices_billingrun_changelist"


@pytest.fixture
def ready(agg: Account, stray: Account) -> None:
    """October of AGG and STR waits to be closed."""
    factories.issuer()
    for account in (agg, stray):
        factories.account_month(account=account)


@pytest.fixture
def run(agg: Account, stray: Account) -> BillingRun:
    """October with AGG parked and STR closed."""
    run = factories.billing_run()
    problems = [{"what": "No price for <b>data</b>.", "remedy": "Add one."}]
    factories.run_item(run=run, account=agg, state=ItemState.PARKED, problems=problems)
    factories.run_item(run=run, account=stray, state=ItemState.CLOSED)
    return run


def test_the_list_leads_to_the_form(staff: Client) -> None:
    page = staff.get(reverse(LIST)).content.decode()
    assert reverse(CLOSE) in page
    assert 'name="month"' in staff.get(reverse(CLOSE)).content.decode()


def test_a_month_is_closed_for_everybody(ready: None, staff: Client, broker: Broker) -> None:
    response = staff.post(reverse(CLOSE), {"month": "2026-10"})
    run = BillingRun.objects.get()
    assert response.headers["Location"] == reverse(
        "admin:invoices_billingrun_change", args=[run.pk]
    )
    assert sorted(run.items.values_list("account__key", flat=True)) == ["AGG", "STR"]
    assert broker.told == [("invoices.tasks.runs.sweep", {})]
    assert "2026-10 is being closed" in said(response)


@pytest.mark.parametrize("typed", ["AGG", " AGG\n", "AGG, AGG"])
def test_a_month_is_closed_for_some(typed: str, ready: None, staff: Client, broker: Broker) -> None:
    staff.post(reverse(CLOSE), {"month": "2026-10", "accounts": typed})
    assert [item.account.key for item in BillingRun.objects.get().items.all()] == ["AGG"]
    entry = AuditEntry.objects.get(action="billing_run.close")
    assert (entry.actor, entry.subject) == ("operator@example.com", "2026-10")
    assert entry.detail == {"accounts": ["AGG"]}


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ({"month": "2026-11"}, "2026-11 has not ended"),
        ({"month": "2026-10", "accounts": "NOPE"}, "NOPE is no billing account"),
        ({"month": "2026-08"}, "2026-08 has nothing to close"),
        ({"month": "October"}, "Write the month as YYYY-MM"),
        ({"month": ""}, "This field is required"),
    ],
)
def test_a_refusal_stands_in_the_form(
    typed: dict[str, str], answer: str, ready: None, staff: Client, broker: Broker
) -> None:
    response = staff.post(reverse(CLOSE), typed)
    assert response.status_code == 200
    assert answer in response.content.decode()
    assert not BillingRun.objects.exists()
    assert broker.told == []


def test_a_broker_that_is_down_is_said_and_hinders_nothing(
    ready: None, staff: Client, broker: Broker
) -> None:
    broker.is_up = False
    response = staff.post(reverse(CLOSE), {"month": "2026-10"})
    assert BillingRun.objects.get().items.count() == 2
    assert "within 15 seconds of the worker coming back" in said(response)


def test_parked_accounts_are_tried_again(run: BillingRun, staff: Client, broker: Broker) -> None:
    response = staff.post(reverse(LIST), {"action": "retry_parked", "_selected_action": [run.pk]})
    states = dict(run.items.values_list("account__key", "state"))
    assert states == {"AGG": ItemState.PENDING, "STR": ItemState.CLOSED}
    assert AuditEntry.objects.get(action="billing_run.retry").detail == {"accounts": 1}
    assert broker.told == [("invoices.tasks.runs.sweep", {})]
    assert "1 accounts are tried again" in said(response)


def test_the_list_says_how_far_a_run_is(run: BillingRun, staff: Client) -> None:
    page = staff.get(reverse(LIST)).content.decode()
    assert "1 of 2" in page


def test_a_run_says_what_is_parked_and_why(run: BillingRun, staff: Client) -> None:
    page = staff.get(reverse("admin:invoices_billingrun_change", args=[run.pk])).content.decode()
    assert "No price for &lt;b&gt;data&lt;/b&gt;. Add one." in page
    assert f"?run__id__exact={run.pk}&amp;state__exact=parked" in page


@pytest.mark.parametrize(("state", "shown"), [("parked", "AGG"), ("closed", "STR")])
def test_the_items_of_a_run_are_found_by_state(
    state: str, shown: str, run: BillingRun, staff: Client
) -> None:
    address = reverse("admin:invoices_runitem_changelist")
    page = staff.get(f"{address}?run__id__exact={run.pk}&state__exact={state}")
    assert [item.account.key for item in page.context["cl"].result_list] == [shown]


class TestWhoMayOnlyLook:
    @pytest.fixture
    def looker(self, client: Client, db: None) -> Client:
        person = factories.user(is_staff=True)
        person.user_permissions.set(Permission.objects.filter(codename="view_billingrun"))
        client.force_login(person)
        return client

    def test_sees_no_way_to_close(self, looker: Client) -> None:
        assert reverse(CLOSE) not in looker.get(reverse(LIST)).content.decode()

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_cannot_close(self, method: str, ready: None, looker: Client) -> None:
        answer = getattr(looker, method)(reverse(CLOSE), {"month": "2026-10"})
        assert answer.status_code == 403
        assert not BillingRun.objects.exists()

    def test_cannot_retry(self, run: BillingRun, looker: Client) -> None:
        looker.post(reverse(LIST), {"action": "retry_parked", "_selected_action": [run.pk]})
        assert run.items.filter(state=ItemState.PARKED).count() == 1
