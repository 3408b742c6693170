"""Staff create, renew and edit service packages, and start and finish campaigns."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account, AuditEntry, User
from billing_portal.common.clock import VARIABLE
from tests import factories
from tests.staff.conftest import said
from tests.usage.packages import shelf
from tests.usage.packages.shelf import DAY, START
from usage.models import Campaign, ServicePackage

HOSTILE = ["<script>alert(1)</script>", "=cmd()", "\u202egnp", "a\0b"]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, (START + DAY).isoformat())


def page(model: str, what: str, *args: object) -> str:
    return reverse(f"admin:usage_{model}_{what}", args=args)


def new(owner: Account, **changes: Any) -> dict[str, Any]:
    values = {"account": owner.pk, "quota": 1000, "note": "n"}
    return {**values, "starts_at_0": "2026-03-11", "starts_at_1": "09:00:00", **changes}


def errors(response: Any) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


def test_a_new_package_says_what_is_left(agg: Account, staff: Client) -> None:
    response = staff.post(page("servicepackage", "add"), new(agg))
    assert "AGG has 1,000 tokens left" in said(response)
    package = ServicePackage.objects.get()
    assert (package.created_by, package.note) == ("operator@example.com", "n")
    assert package.history.first().history_user.email == "operator@example.com"
    assert AuditEntry.objects.get(action="package.create").actor == "operator@example.com"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quota": 0}, "quota"),
        ({"quota": 2**31}, "quota"),
        ({"quota": "1e3"}, "quota"),
        ({"account": 999999}, "account"),
        ({"starts_at_0": "2025-01-01"}, "starts_at"),
        ({"starts_at_0": "9999-01-01"}, "starts_at"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_a_wrong_package_is_refused_beside_its_field(
    agg: Account, staff: Client, changes: dict[str, Any], field: str
) -> None:
    response = staff.post(page("servicepackage", "add"), new(agg, **changes))
    assert field in errors(response)
    assert not ServicePackage.objects.exists()


def test_one_that_overlaps_is_refused_beside_its_start(agg: Account, staff: Client) -> None:
    shelf.create(agg)
    response = staff.post(page("servicepackage", "add"), new(agg))
    assert "already" in errors(response)["starts_at"][0]


def test_tokens_are_edited_with_a_reason(agg: Account, staff: Client) -> None:
    package = shelf.create(agg, 1000)
    address = page("servicepackage", "tokens", package.pk)
    assert "1,000 tokens are left now" in staff.get(address).content.decode()
    response = staff.post(address, {"change": -300, "reason": "a slip"})
    assert "700 tokens left" in said(response)
    assert AuditEntry.objects.get(action="package.tokens").detail["reason"] == "a slip"
    assert "change" not in errors(staff.post(address, {"change": -701, "reason": "again"}))
    assert errors(staff.post(address, {"change": 1}))["reason"]


def test_a_running_package_is_renewed_once(agg: Account, staff: Client) -> None:
    package = shelf.create(agg, 1000)
    address = page("servicepackage", "renew", package.pk)
    assert address in staff.get(page("servicepackage", "change", package.pk)).content.decode()
    staff.post(address, {"quota": 500})
    assert ServicePackage.objects.get(renews=package).quota == 500
    assert "waits already" in str(errors(staff.post(address, {"quota": 5})))


def test_a_pending_package_is_withdrawn(agg: Account, staff: Client) -> None:
    running = shelf.create(agg, 1000)
    pending = shelf.renew(agg, 500)
    assert "withdraw/" not in staff.get(page("servicepackage", "change", running.pk)).text
    assert "withdraw/" in staff.get(page("servicepackage", "change", pending.pk)).text
    response = staff.post(page("servicepackage", "withdraw", pending.pk), {"reason": "a slip"})
    assert "Withdraw the package" in said(response)
    assert ServicePackage.objects.get() == running


def test_only_the_note_of_a_package_changes_on_its_page(agg: Account, staff: Client) -> None:
    package = shelf.create(agg, 1000)
    staff.post(page("servicepackage", "change", package.pk), {"note": "why", "quota": 5})
    changed = ServicePackage.objects.get()
    assert (changed.note, changed.quota) == ("why", 1000)


def test_a_campaign_is_started_and_finished(agg: Account, ten: Account, staff: Client) -> None:
    shelf.create(agg, 1000)
    wish = {"account": ten.pk, "name": "roll-out", "count": 40}
    assert "holds 40 tokens" in said(staff.post(page("campaign", "add"), wish))
    campaign = Campaign.objects.get()
    response = staff.post(page("campaign", "finish", campaign.pk), {"updated": 15})
    assert "15 of 40 tokens were used" in said(response)
    assert shelf.ledger(agg)[-1] == ("reservation_release", 25, 985)


def test_a_campaign_beyond_the_quota_is_refused(agg: Account, staff: Client) -> None:
    shelf.create(agg, 1000)
    wish = {"account": agg.pk, "name": "roll-out", "count": 1001}
    assert errors(staff.post(page("campaign", "add"), wish))["count"]
    assert not Campaign.objects.exists()


def test_what_nobody_may_do_is_not_offered(agg: Account, staff: Client) -> None:
    """The ledger is written by services alone, and nothing of it is deleted."""
    package = shelf.create(agg)
    entry = package.entries.get()
    assert staff.get(page("quotaentry", "add")).status_code == 403
    for model, row in (("quotaentry", entry), ("servicepackage", package)):
        assert staff.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_who_may_only_look_cannot_act(agg: Account, client: Client) -> None:
    package, campaign = shelf.create(agg), shelf.start(agg)
    looker = factories.user(is_staff=True)
    client.force_login(looker)
    for address in (
        page("servicepackage", "add"),
        page("servicepackage", "tokens", package.pk),
        page("servicepackage", "renew", package.pk),
        page("campaign", "add"),
        page("campaign", "finish", campaign.pk),
    ):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("pk", ["0", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_act_on_nothing_is_not_found(staff: Client, pk: str) -> None:
    assert staff.get(page("servicepackage", "tokens", pk)).status_code == 404


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(agg: Account, staff: Client, operator: User, text: str) -> None:
    del operator
    shelf.create(agg, 1000)
    staff.post(page("campaign", "add"), {"account": agg.pk, "name": text, "count": 1})
    for address in (page("campaign", "changelist"), page("quotaentry", "changelist")):
        shown = staff.get(address).content.decode()
        assert "<script>alert(1)" not in shown
