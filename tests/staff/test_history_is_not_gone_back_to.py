"""The past of a row is shown, and nothing can be saved from there."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account, User
from tests.staff.test_people_pages import memberships as no_memberships


@pytest.fixture
def old_version(agg: Account) -> str:
    agg.team_name = "Renamed"
    agg.save()
    first = agg.history.last()
    return reverse("admin:accounts_account_simple_history", args=[agg.pk, first.pk])


def test_changes_are_listed_with_who_made_them(agg: Account, staff: Client, operator: User) -> None:
    parts = ("placements", "invitations")
    counts = {f"{part}-{name}_FORMS": 0 for part in parts for name in ("TOTAL", "INITIAL")}
    typed = {"team_name": "Renamed", "business_model": "api_calls", **counts, **no_memberships()}
    staff.post(reverse("admin:accounts_account_change", args=[agg.pk]), typed)
    page = staff.get(reverse("admin:accounts_account_history", args=[agg.pk])).content.decode()
    assert "Aggregator → Renamed" in page
    assert f"<td>{operator.name}</td>" in page


def test_an_old_version_is_shown(old_version: str, staff: Client) -> None:
    page = staff.get(old_version)
    assert page.status_code == 200
    assert 'value="Revert"' not in page.content.decode()


def test_an_old_version_cannot_be_saved(old_version: str, agg: Account, staff: Client) -> None:
    typed = {"team_name": "Aggregator", "business_model": "api_calls"}
    assert staff.post(old_version, typed).status_code == 403
    agg.refresh_from_db()
    assert agg.team_name == "Renamed"
