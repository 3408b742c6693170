"""Ending an account: the page says what it means, the day is kept, nothing is deleted."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import Account, AuditEntry
from tests import factories
from tests.staff.conftest import said


def page(account: Account) -> str:
    return reverse("admin:accounts_account_end", args=[account.pk])


def test_the_account_leads_there(agg: Account, staff: Client) -> None:
    account = reverse("admin:accounts_account_change", args=[agg.pk])
    assert page(agg) in staff.get(account).content.decode()


def test_the_page_names_what_stands_below(agg: Account, ten: Account, staff: Client) -> None:
    assert "Tenant (TEN)</a>" in staff.get(page(agg)).content.decode()


def test_the_last_day_is_kept_to_its_last_second(agg: Account, staff: Client) -> None:
    response = staff.post(page(agg), {"day": "2026-12-31"})
    agg.refresh_from_db()
    assert agg.ended_at == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert "ends on 2026-12-31. 2026-12 is the last month that is billed" in said(response)


def test_it_can_be_taken_back(agg: Account, staff: Client) -> None:
    staff.post(page(agg), {"day": "2026-12-31"})
    staff.post(page(agg), {"day": ""})
    agg.refresh_from_db()
    assert agg.ended_at is None


def test_both_are_in_the_audit_trail_and_nothing_is_written_twice(
    agg: Account, staff: Client
) -> None:
    for day in ("2026-12-31", "2026-12-31", ""):
        staff.post(page(agg), {"day": day})
    acts = AuditEntry.objects.filter(account_key="AGG").order_by("pk")
    assert list(acts.values_list("action", "subject")) == [
        ("account.end", "2026-12-31"),
        ("account.go_on", ""),
    ]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("9999-12-31", "within five years"), ("0001-01-01", "within five"), ("soon", "valid date")],
)
def test_nonsense_stands_in_the_form(typed: str, answer: str, agg: Account, staff: Client) -> None:
    assert answer in staff.post(page(agg), {"day": typed}).content.decode()
    agg.refresh_from_db()
    assert agg.ended_at is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_only_look_cannot(method: str, agg: Account, client: Client) -> None:
    person = factories.user(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename="view_account"))
    client.force_login(person)
    assert getattr(client, method)(page(agg), {"day": "2026-12-31"}).status_code == 403


def test_ended_accounts_are_found(agg: Account, stray: Account, staff: Client) -> None:
    staff.post(page(agg), {"day": "2026-12-31"})
    found = staff.get(reverse("admin:accounts_account_changelist"), {"ended_at__isempty": "0"})
    assert [account.key for account in found.context["cl"].result_list] == ["AGG"]
