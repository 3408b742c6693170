"""Staff choose what an account is billed by (B2), and keep whom to write to (B41)."""

from django.test import Client
from django.urls import reverse

from accounts.models import CONTACT_FIELDS, Account
from tests.staff.test_people_pages import memberships as no_memberships


def test_business_model_and_contact_are_chosen_on_its_page(agg: Account, staff: Client) -> None:
    parts = ("placements", "invitations")
    counts = {f"{part}-{name}_FORMS": 0 for part in parts for name in ("TOTAL", "INITIAL")}
    contact = dict.fromkeys(CONTACT_FIELDS, "x") | {"email": "clerk@example.com"}
    typed = {"team_name": "Aggregator", "business_model": "api_calls", **contact}
    address = reverse("admin:accounts_account_change", args=[agg.pk])
    assert staff.post(address, typed | counts | no_memberships()).status_code == 302
    agg.refresh_from_db()
    assert agg.business_model == "api_calls"
    assert {name: getattr(agg, name) for name in CONTACT_FIELDS} == contact
