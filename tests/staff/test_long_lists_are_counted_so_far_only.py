"""Lists count so far as they show: what is beyond is found by searching."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.admin.customers import AccountAdmin
from accounts.services import audit
from billing_portal.common.staff.pages import Lean
from tests import factories

ACCOUNTS = "admin:accounts_account_changelist"
TRAIL = "admin:accounts_auditentry_changelist"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if three rows were all that is ever counted."""
    monkeypatch.setattr(Lean, "MOST", 3)
    monkeypatch.setattr(AccountAdmin, "most", 3)


@pytest.mark.parametrize(("rows", "said"), [(2, "2 accounts"), (5, "The first 3. Search or")])
def test_a_list_says_how_far_it_counted(rows: int, said: str, few: None, staff: Client) -> None:
    for _ in range(rows):
        factories.account()
    assert said in staff.get(reverse(ACCOUNTS)).content.decode()


def test_the_trail_is_read_once_for_a_page(staff: Client) -> None:
    for number in range(120):
        audit.record(actor="a", action="x", now=factories.NOW, subject=f"{number}")
    with CaptureQueriesContext(connection) as captured:
        page = staff.get(f"{reverse(TRAIL)}?q=1&action=x")
    searches = [query for query in captured if "LIKE '%1%'" in query["sql"]]
    assert len(page.context["cl"].result_list) == page.context["cl"].result_count == 39
    by_key = ("IN (", "= ANY(")
    assert sum(not any(one in query["sql"] for one in by_key) for query in searches) == 1


def test_pages_of_the_trail_follow_each_other(staff: Client) -> None:
    for number in range(120):
        audit.record(actor="a", action="x", now=factories.NOW, subject=f"{number}")
    seen = []
    for place in (1, 2, 3):
        page = staff.get(f"{reverse(TRAIL)}?p={place}&action=x")
        seen += [entry.subject for entry in page.context["cl"].result_list]
    assert seen == [str(number) for number in reversed(range(120))]


def test_a_page_beyond_the_last_is_sent_back(staff: Client) -> None:
    assert staff.get(reverse(TRAIL), {"p": "99"}).status_code == 302
