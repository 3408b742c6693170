"""The CSV has the rows of the page, says so in its name, and runs in no spreadsheet."""

import pytest
from django.test import Client

from accounts.models import Account, AuditEntry
from billing_portal.common import csvfile
from tests.common.reports.acts import act, acts
from tests.common.reports.reading import column, file

pytestmark = pytest.mark.django_db


def test_it_has_the_rows_of_the_page_in_the_same_order(clerk: Client, agg: Account) -> None:
    acts(agg, 20)
    query = {"q": "thing 1", "sort": "subject"}
    head, *body = file(clerk.get("/acts/", query | {"format": "csv"}))
    assert head == ["Act", "Who", "On what", "At (UTC)", "Times"]
    assert [line[2] for line in body] == column(clerk.get("/acts/", query), 2)
    assert body[0] == [
        "sample.write",
        "person1@example.com",
        "thing 1",
        "2026-11-21T08:00:00Z",
        "1",
    ]


def test_it_has_all_pages(clerk: Client, agg: Account) -> None:
    acts(agg, 60)
    response = clerk.get("/acts/", {"format": "csv", "page": "2", "per_page": "25"})
    assert len(file(response)) == 61


def test_it_has_a_mark_of_bytes_and_windows_lines(clerk: Client, agg: Account) -> None:
    acts(agg, 2)
    data = clerk.get("/acts/", {"format": "csv"}).getvalue()
    assert data.startswith(b"\xef\xbb\xbfAct,")
    assert data.count(b"\r\n") == data.count(b"\n") == 3


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({}, "acts.csv"),
        ({"month": "2026-11"}, "acts_2026-11.csv"),
        ({"month": "2026-11", "q": "team:tokyo"}, "acts_2026-11_team-tokyo.csv"),
        ({"q": "../../etc/passwd"}, "acts_etc-passwd.csv"),
        ({"q": 'a"b\r\nX: y'}, "acts_a-b-X-y.csv"),
        ({"q": "x" * 200}, f"acts_{'x' * 40}.csv"),
        ({"action": "sample.read", "q": "b"}, "acts_b_sample.read.csv"),
    ],
)
def test_its_name_says_the_filters(clerk: Client, query: dict[str, str], name: str) -> None:
    response = clerk.get("/acts/", {**query, "format": "csv"})
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'


def test_its_name_keeps_letters_of_any_script(clerk: Client) -> None:
    response = clerk.get("/acts/", {"q": "東京", "format": "csv"})
    assert "acts_%E6%9D%B1%E4%BA%AC.csv" in response["Content-Disposition"]


def test_sending_it_is_in_the_audit_trail(clerk: Client, agg: Account) -> None:
    clerk.get("/acts/", {"q": "a", "format": "csv"})
    entry = AuditEntry.objects.get(action="report-csv.download")
    assert (entry.account_key, entry.subject) == ("AGG", "acts_a.csv")


HOSTILE = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "+81 3",
    "@SUM(1)",
    'tag,"quoted"\nnext line',
    "\u202eright to left\u202c",
    "明細" * 100,
    "x" * 254,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(clerk: Client, agg: Account, text: str) -> None:
    AuditEntry.objects.bulk_create([act(agg, 1, subject=text, actor=text)])
    page = clerk.get("/acts/")
    assert "<script>alert" not in page.content.decode()
    _head, line = file(clerk.get("/acts/", {"format": "csv"}))
    assert [csvfile.unguard(cell) for cell in line[1:3]] == [text, text]
    assert not line[1].startswith(csvfile.RISKY)


def test_numbers_are_not_guarded(clerk: Client, agg: Account) -> None:
    AuditEntry.objects.bulk_create([act(agg, -7, hours=1)])
    assert file(clerk.get("/acts/", {"format": "csv"}))[1][4] == "-7"
