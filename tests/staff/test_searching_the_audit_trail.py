"""The audit trail is found by who, account, action, subject and day, and handed over as CSV."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.selectors.audit import actions
from accounts.services import audit
from tests import factories
from tests.staff.conftest import sent

LIST = "admin:accounts_auditentry_changelist"
CSV = "admin:accounts_auditentry_csv"
# hours after the first, who, account, action, subject
ACTS = [
    (0, "ann@example.com", "AGG", "device.add", "440100001"),
    (1, "Ann@example.com", "STR", "device.status", "440100002"),
    (24, "ben@example.com", "AGG", "device.status", "440100001"),
    (48, "ben@example.com", "", "sign-in", "100%_sure"),
]


@pytest.fixture
def acts(db: None) -> None:
    for name in ("ann", "ben"):
        factories.user(email=f"{name}@example.com", name=f"{name.title()} Specimen")
    for hours, who, account, action, subject in ACTS:
        audit.record(
            actor=who,
            action=action,
            now=factories.NOW + timedelta(hours=hours),
            account_key=account,
            subject=subject,
        )


def found(staff: Client, query: dict[str, str]) -> list[int]:
    """The places in ACTS of what a list shows, the newest first."""
    rows = staff.get(reverse(LIST), query).context["cl"].result_list
    made = AuditEntry.objects.exclude(actor="operator@example.com").order_by("pk")
    places = {pk: place for place, pk in enumerate(made.values_list("pk", flat=True))}
    return [places[row.pk] for row in rows if row.pk in places]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ({}, [3, 2, 1, 0]),
        ({"who": "ann"}, [0]),
        ({"who": "Ann@example.com"}, [1, 0]),
        ({"who": "ben spec"}, [3, 2]),
        ({"who": "ben@example.com"}, [3, 2]),
        ({"who": "%"}, []),
        ({"who": "nobody"}, []),
        ({"account": "AGG"}, [2, 0]),
        ({"account": " AGG "}, [2, 0]),
        ({"account": "AG"}, []),
        ({"action": "device.status"}, [2, 1]),
        ({"q": "0002"}, [1]),
        ({"q": "%_"}, [3]),
        ({"at_since": "2026-11-03"}, [3, 2]),
        ({"at_until": "2026-11-02"}, [1, 0]),
        ({"at_since": "2026-11-03", "at_until": "2026-11-03"}, [2]),
        ({"at_since": "yesterday"}, [3, 2, 1, 0]),
        ({"at_until": "9999-12-31"}, [3, 2, 1, 0]),
        ({"account": "AGG", "who": "ben", "action": "device.status"}, [2]),
        ({"account": "AGG\0"}, [2, 0]),
    ],
)
def test_entries_are_found(
    query: dict[str, str], places: list[int], acts: None, staff: Client
) -> None:
    assert found(staff, query) == places


def test_the_actions_that_occur_are_offered(acts: None) -> None:
    assert actions() == ["device.add", "device.status", "sign-in"]


def test_a_trail_that_is_empty_offers_none(db: None) -> None:
    assert actions() == []


def test_filters_keep_each_other_and_what_is_typed(acts: None, staff: Client) -> None:
    page = staff.get(reverse(LIST), {"account": "AGG", "who": '"><b>'}).content.decode()
    assert '<input type="hidden" name="account" value="AGG">' in page
    assert 'name="who" value="&quot;&gt;&lt;b&gt;"' in page


def test_the_detail_can_be_read(staff: Client) -> None:
    detail = {"tags": {"site": "<b>"}, "count": 3, "late": False, "none": None}
    entry = audit.record(actor="a", action="x", now=factories.NOW, detail=detail)
    page = staff.get(reverse("admin:accounts_auditentry_change", args=[entry.pk]))
    for line in ("site: &lt;b&gt;", "<dt>count</dt><dd>3</dd>", "<dt>late</dt><dd>no</dd>"):
        assert line in page.content.decode()


class TestCsv:
    def rows(self, staff: Client, query: dict[str, str]) -> list[list[str]]:
        response = staff.get(reverse(CSV), query)
        assert response.streaming
        text = sent(response).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    def test_has_what_the_list_shows(self, acts: None, staff: Client) -> None:
        head, *rows = self.rows(staff, {"account": "AGG", "action": "device.status"})
        assert head == ["at", "who", "account", "action", "subject", "detail"]
        assert [row[:5] for row in rows] == [
            ["2026-11-03T09:00:00+00:00", "ben@example.com", "AGG", "device.status", "440100001"]
        ]

    def test_is_kept_in_the_trail_with_its_filters(self, acts: None, staff: Client) -> None:
        self.rows(staff, {"account": "AGG"})
        entry = AuditEntry.objects.get(action="audit.download")
        assert (entry.actor, entry.detail) == ("operator@example.com", {"account": ["AGG"]})

    def test_runs_no_formula(self, staff: Client) -> None:
        audit.record(actor="=cmd()", action="x", now=factories.NOW, subject="@SUM(1)")
        row = self.rows(staff, {"action": "x"})[1]
        assert (row[1], row[4]) == ("'=cmd()", "'@SUM(1)")

    def test_is_offered_with_the_filters_of_the_list(self, acts: None, staff: Client) -> None:
        page = staff.get(reverse(LIST), {"account": "AGG", "p": "1"}).content.decode()
        assert f'{reverse(CSV)}?account=AGG"' in page

    def test_is_for_who_may_see_the_trail(self, client: Client, db: None) -> None:
        client.force_login(factories.user(is_staff=True))
        assert client.get(reverse(CSV)).status_code == 403
