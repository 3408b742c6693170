"""Staff look at a customer's pages: who may, what they see, and what is kept of it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import Account, AuditEntry, User
from accounts.views.visit import VIEWING
from tests import factories
from tests.portal.visitors import closed

__all__ = ["closed"]


@pytest.fixture
def looking(staff: Client, agg: Account, ten: Account) -> Client:
    """The operator, looking at AGG."""
    staff.post(reverse("view-as"), {"account": "AGG", "reason": "Ticket 12"})
    return staff


class TestBeginning:
    def test_leads_to_the_first_page_of_the_customer(self, staff: Client, agg: Account) -> None:
        response = staff.post(reverse("view-as"), {"account": "AGG"}, follow=True)
        assert response.redirect_chain == [("/", 302)]
        assert "looking at Aggregator (AGG) as the customer sees it" in response.content.decode()

    def test_is_in_the_audit_trail_with_its_reason(self, looking: Client) -> None:
        entry = AuditEntry.objects.get(action="view-as.begin")
        assert (entry.actor, entry.account_key) == ("operator@example.com", "AGG")
        assert entry.detail == {"reason": "Ticket 12"}

    def test_needs_no_reason(self, staff: Client, agg: Account) -> None:
        staff.post(reverse("view-as"), {"account": "AGG"})
        assert AuditEntry.objects.get(action="view-as.begin").detail == {}

    @pytest.mark.parametrize("key", ["NOPE", "", "\0", "<b>"])
    def test_of_an_account_that_is_not_there(self, key: str, staff: Client) -> None:
        assert staff.post(reverse("view-as"), {"account": key}).status_code == 404
        assert VIEWING not in staff.session

    @pytest.mark.parametrize(("may", "status"), [("view_account", 302), ("view_bill", 404)])
    def test_needs_the_permission_to_see_accounts(
        self, may: str, status: int, client: Client, agg: Account
    ) -> None:
        person = factories.user(is_staff=True)
        person.user_permissions.set(Permission.objects.filter(codename=may))
        client.force_login(person)
        assert client.post(reverse("view-as"), {"account": "AGG"}).status_code == status

    def test_is_offered_on_the_page_of_the_account(self, staff: Client, agg: Account) -> None:
        page = staff.get(reverse("admin:accounts_account_change", args=[agg.pk])).content.decode()
        assert f'action="{reverse("view-as")}"' in page


class TestWhatIsSeen:
    def test_are_the_months_of_the_customer(self, looking: Client, closed: Account) -> None:
        assert looking.get("/bills/AGG/japan/2026-10/").status_code == 200

    def test_is_not_what_the_customer_may_not_see(self, looking: Client, stray: Account) -> None:
        assert looking.get("/bills/?account=STR").status_code == 404

    @pytest.mark.parametrize("name", ["home", "bills", "invoices"])
    def test_says_so_on_every_page(self, name: str, looking: Client) -> None:
        page = looking.get(reverse(name)).content.decode()
        assert "operator@example.com, since 2026-11-02 09:00 UTC" in page
        assert reverse("view-as-stop") in page

    def test_says_nothing_to_who_does_not_look(self, staff: Client) -> None:
        assert reverse("view-as-stop") not in staff.get("/").content.decode()

    def test_a_download_is_in_the_audit_trail_under_the_own_name(
        self, looking: Client, closed: Account
    ) -> None:
        looking.get(reverse("invoice-pdf", args=["S-1"])).getvalue()
        entry = AuditEntry.objects.get(action="invoice.download")
        assert (entry.actor, entry.account_key) == ("operator@example.com", "AGG")

    def test_is_nothing_once_the_person_is_no_longer_of_the_staff(
        self, looking: Client, operator: User, closed: Account
    ) -> None:
        User.objects.update(is_staff=False, is_superuser=False)
        assert looking.get("/bills/AGG/japan/2026-10/").status_code == 404


class TestStopping:
    def test_goes_back_to_the_account_and_is_kept(self, looking: Client, agg: Account) -> None:
        response = looking.post(reverse("view-as-stop"))
        assert response.headers["Location"] == reverse(
            "admin:accounts_account_change", args=[agg.pk]
        )
        assert AuditEntry.objects.get(action="view-as.end").account_key == "AGG"
        assert VIEWING not in looking.session

    def test_what_is_not_looked_at_cannot_be_stopped(self, staff: Client) -> None:
        assert staff.post(reverse("view-as-stop")).headers["Location"] == reverse("admin:index")
        assert not AuditEntry.objects.filter(action="view-as.end").exists()

    def test_comes_with_signing_out(self, looking: Client) -> None:
        looking.post(reverse("logout"))
        assert AuditEntry.objects.get(action="view-as.end").actor == "operator@example.com"
        assert VIEWING not in looking.session

    def test_comes_with_looking_elsewhere(self, looking: Client, stray: Account) -> None:
        looking.post(reverse("view-as"), {"account": "STR"})
        acts = AuditEntry.objects.filter(action__startswith="view-as").order_by("pk")
        kept = [(entry.action, entry.account_key) for entry in acts]
        assert kept[1:] == [("view-as.end", "AGG"), ("view-as.begin", "STR")]


def test_the_staff_pages_still_work_while_looking(looking: Client, stray: Account) -> None:
    page = reverse("admin:accounts_account_change", args=[stray.pk])
    assert looking.post(page, {}).status_code == 200  # the form with its errors, not a refusal


def test_a_look_has_no_time_of_its_own_after_the_session(looking: Client) -> None:
    session = looking.session
    session.flush()
    looking.cookies.clear()
    assert looking.get("/").status_code == 302


def test_how_long_somebody_looked_is_kept(looking: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = AuditEntry.objects.get(action="view-as.begin").at
    later = begun + timedelta(minutes=34, seconds=30)
    monkeypatch.setenv("MEISAI_CLOCK", later.isoformat())
    looking.post(reverse("view-as-stop"))
    assert AuditEntry.objects.get(action="view-as.end").detail == {"minutes": 34}
