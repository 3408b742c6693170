"""What nobody should type, on each page of reports: a clear page or 404, never an error or a name.

Negative and overflowing counts are in tests/usage/test_record_rows.py; a release larger than its
reservation in tests/usage/packages/test_refused_campaigns.py; packages that overlap in
test_refused_packages.py beside it; a cycle in the account tree in tests/accounts.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, User
from billing_portal.common import clock
from tests.usage.reports.conftest import Facts
from tests.usage.reports.test_my_billing import NOW, SIM

pytestmark = pytest.mark.django_db
Make = Callable[..., None]
LISTS = ["/usage-reports/", "/active-devices/", "/service-package-history/"]
PAGES = ["/my-billing/", *LISTS, "/organisation-report/"]
MONTHS = {
    "in the future": ("2027-01", "There is nothing for January 2027"),
    "before the first fact": ("2020-02", "There is nothing for February 2020"),
    "month 13": ("2026-13", "is no month"),
    "month 0": ("2026-00", "is no month"),
    "no month": ("last", "is no month"),
    "year 0": ("0000-01", "is no month"),
    "longer than any": ("9" * 5000, "is no month"),
}
NOTHING = {
    "/usage-reports/": "q=zzz",
    "/active-devices/": "q=zzz",
    "/service-package-history/": "campaign=zzz",
    "/devices/": "q=zzz",
}


@pytest.fixture
def browse(
    facts: Facts, make: Make, client: Client, aggregator: User, monkeypatch: pytest.MonkeyPatch
) -> Client:
    """The aggregator's browser on 21 November, after a month with an active device."""
    facts(("TEN", SIM, "session.connection", 1))
    make()
    client.force_login(aggregator)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return client


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(("month", "says"), MONTHS.values(), ids=MONTHS)
def test_a_month_that_cannot_be_is_said_to_be_none_on_every_page(
    browse: Client, month: str, says: str
) -> None:
    for page in PAGES:
        answer = browse.get(page, {"month": month})
        assert (page, answer.status_code, says in answer.text) == (page, 200, True)
    for page in LISTS:
        assert browse.get(page, {"month": month, "format": "csv"}).status_code == 302


@pytest.mark.parametrize("key", ["STR", "NOBODY", "a\x1fb", "é" * 500])
def test_a_foreign_account_is_not_there_nor_named_on_any_page(
    browse: Client, stray: Account, key: str
) -> None:
    for page in [*PAGES, "/devices/"]:
        answer = browse.get(page, {"account": key})
        assert (page, answer.status_code) == (page, 404)
        assert stray.team_name not in answer.text


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(("page", "query"), NOTHING.items(), ids=NOTHING)
def test_a_filter_that_matches_nothing_says_so_and_its_file_has_a_header(
    browse: Client, page: str, query: str
) -> None:
    shown = browse.get(f"{page}?{query}")
    assert (shown.status_code, len(shown.context["table"].rows)) == (200, 0)
    assert "Nothing matches" in shown.text
    answer: Any = browse.get(f"{page}?{query}&format=csv")
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 1
    assert lines[0].count(",") > 3
