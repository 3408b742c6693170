"""Staff look at the documents of a month end, send accounts back and approve what they saw."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import Settings

from accounts.models import AuditEntry
from invoices.choices import ItemState
from invoices.models import Bill, BillingRun, Invoice
from tests import factories, once
from tests.invoices.bills import shop
from tests.staff.conftest import Broker, said


@override_settings(APPROVAL="staff")
def _proposed() -> None:
    """October of two accounts, proposed; ACME had a bill of half as much in September."""
    shop.open_shop()
    acme = shop.customer("ACME", used=40_000)
    shop.customer("BETA")
    factories.bill(account=acme, month=factories.MONTH.previous, gross_minor=22_000)
    shop.end_month()


proposed = once.made(_proposed)


@pytest.fixture
def run(db: None, settings: Settings) -> BillingRun:
    settings.APPROVAL = "staff"
    return BillingRun.objects.get()


def address(name: str, run: BillingRun, *args: object) -> str:
    return reverse(f"admin:invoices_billingrun_{name}", args=[run.pk, *args])


def chosen(run: BillingRun, key: str) -> str:
    item = run.items.get(account__key=key)
    return f"{item.pk}:{item.digest}"


def states(run: BillingRun) -> list[str]:
    return list(run.items.order_by("account__key").values_list("state", flat=True))


def test_the_documents_are_shown_before_they_exist(run: BillingRun, staff: Client) -> None:
    text = staff.get(address("proposed", run)).content.decode()
    for part in ("44,682", "44,341", "22,000", "+22,341", "Much more than last month", "Team BETA"):
        assert part in text
    assert text.index("Team ACME") < text.index("Team BETA")


@pytest.mark.parametrize(("query", "shown"), [("q=beta", "BETA"), ("odd=more", "ACME")])
def test_the_list_is_searched(query: str, shown: str, run: BillingRun, staff: Client) -> None:
    page = staff.get(f"{address('proposed', run)}?{query}")
    assert [row["candidate"].account_key for row in page.context["rows"]] == [shown]


def test_all_is_approved_as_it_was_seen(run: BillingRun, staff: Client, broker: Broker) -> None:
    seen = staff.get(address("proposed", run)).context["seen"]
    answer = staff.post(address("approve", run), {"everything": "1", "seen": seen})
    assert states(run) == [ItemState.APPROVED] * 2
    assert "2 accounts are approved" in said(answer)
    assert broker.told == [("invoices.tasks.runs.sweep", {})]
    assert "Approved by operator@example.com" in (
        staff.get(address("change", run)).content.decode()
    )


@pytest.mark.parametrize(
    "posted",
    [{"everything": "1", "seen": "0" * 64}, {"chosen": "1:0"}, {"chosen": "x"}, {}],
)
def test_nothing_else_is_approved(
    posted: dict[str, str], run: BillingRun, staff: Client, broker: Broker
) -> None:
    staff.post(address("approve", run), posted)
    assert states(run) == [ItemState.PROPOSED] * 2
    assert broker.told == []


def test_chosen_accounts_are_approved_and_others_sent_back(
    run: BillingRun, staff: Client, broker: Broker
) -> None:
    staff.post(address("approve", run), {"chosen": chosen(run, "BETA")})
    posted = {"chosen": chosen(run, "ACME"), "note": "Too much <data>"}
    answer = staff.post(address("send_back", run), posted)
    assert states(run) == [ItemState.PENDING, ItemState.APPROVED]
    assert "rated anew" in said(answer)
    shop.work_off(factories.NOW + timedelta(hours=1))
    text = staff.get(address("proposed", run)).content.decode()
    assert "Sent back: Too much &lt;data&gt;" in text


def test_a_single_document_is_looked_at_as_a_draft(run: BillingRun, staff: Client) -> None:
    bill = Bill.objects.get(account__key="BETA", month=factories.MONTH)
    text = staff.get(address("draft", run, bill.pk)).content.decode()
    for part in ("Team BETA", "341", "basic"):
        assert part in text
    pdf = staff.get(address("draft_pdf", run, bill.pk))
    assert pdf.content.startswith(b"%PDF")
    assert AuditEntry.objects.filter(action="invoice.draft", account_key="BETA").exists()
    assert not Invoice.objects.exists()


def test_there_is_no_draft_of_what_is_issued(
    run: BillingRun, staff: Client, broker: Broker
) -> None:
    staff.post(address("approve", run), {"chosen": chosen(run, "BETA")})
    shop.work_off(factories.NOW + timedelta(hours=1))
    bill = Bill.objects.get(account__key="BETA", month=factories.MONTH)
    assert staff.get(address("draft", run, bill.pk)).status_code == 404


def test_the_first_page_says_that_something_waits(run: BillingRun, staff: Client) -> None:
    text = staff.get(reverse("admin:index")).content.decode()
    assert "2 accounts of a month end wait for approval." in text
    assert "2 accounts wait for approval" in staff.get(address("change", run)).content.decode()


class TestWhoMayOnlyLook:
    @pytest.fixture
    def looker(self, staff: Client) -> Client:
        person = factories.user(is_staff=True)
        permissions = Permission.objects.filter(codename__in=["view_billingrun", "add_billingrun"])
        person.user_permissions.set(permissions)
        staff.force_login(person)
        return staff

    def test_sees_the_documents_and_no_button(self, run: BillingRun, looker: Client) -> None:
        text = looker.get(address("proposed", run)).content.decode()
        assert "Team ACME" in text
        assert "Approve " not in text

    @pytest.mark.parametrize("act", ["approve", "send_back"])
    def test_cannot_act(self, act: str, run: BillingRun, looker: Client) -> None:
        posted = {"chosen": chosen(run, "BETA"), "note": "x"}
        assert looker.post(address(act, run), posted).status_code == 403
        assert states(run) == [ItemState.PROPOSED] * 2
