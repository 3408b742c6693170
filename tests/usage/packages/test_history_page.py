"""Where did the update quota go? Asked on 21 November 2026, about October unless told."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, User
from tests import factories
from tests.common.reports.reading import column, file
from tests.usage.packages import shelf

pytestmark = pytest.mark.django_db
PATH = "/service-package-history/"
BEGUN = datetime(2026, 9, 10, 9, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 5, 12, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 6, 12, tzinfo=UTC)


@pytest.fixture
def quota(agg: Account, ten: Account) -> Account:
    """A package of September; two campaigns of October, one of November."""
    shelf.create(agg, 1000, at=BEGUN)
    shelf.finish(shelf.start(agg, 300, at=OCTOBER, name="pumps"), 120, at=OCTOBER)
    shelf.start(ten, 40, at=OCTOBER, name="meters")
    shelf.start(agg, 5, at=NOVEMBER, name="gates")
    return agg


COLUMNS = ("at", "reason", "campaign", "account", "amount", "balance", "parts")


def cells(page: Any, name: str) -> list[str]:
    return column(page, COLUMNS.index(name))


def text(client: Client, query: str = "") -> str:
    return client.get(f"{PATH}?{query}").content.decode()


@pytest.mark.usefixtures("quota")
def test_the_previous_month_is_shown_with_its_running_balance(clerk: Client) -> None:
    """B26, B27: the newest event first."""
    page = clerk.get(PATH)
    assert cells(page, "reason") == ["Reservation", "Reservation release", "Reservation"]
    assert cells(page, "campaign") == ["meters", "pumps", "pumps"]
    assert cells(page, "amount") == ["-40", "+180", "-300"]
    assert cells(page, "balance") == ["840", "880", "700"]
    assert cells(page, "account") == ["TEN", "AGG", "AGG"]


@pytest.mark.usefixtures("quota")
def test_another_month_can_be_chosen(clerk: Client) -> None:
    page = clerk.get(f"{PATH}?month=2026-09")
    assert cells(page, "reason") == ["Package creation"]
    assert cells(clerk.get(f"{PATH}?month=2026-11"), "campaign") == ["gates"]


@pytest.mark.usefixtures("quota")
@pytest.mark.parametrize(
    ("month", "says"),
    [
        ("2026-13", "is no month"),
        ("2026-12", "There is nothing for December 2026"),
        ("2026-08", "There is nothing for August 2026"),
        ("later", "is no month"),
    ],
)
def test_a_month_that_cannot_be_is_named(clerk: Client, month: str, says: str) -> None:
    assert says in text(clerk, f"month={month}")
    assert clerk.get(f"{PATH}?month={month}&format=csv").status_code == 302


@pytest.mark.usefixtures("quota")
@pytest.mark.parametrize(
    ("query", "campaigns"),
    [
        ("campaign=PUMP", ["pumps", "pumps"]),
        ("event=reservation", ["meters", "pumps"]),
        ("campaign=pump&event=reservation_release", ["pumps"]),
    ],
)
def test_campaign_and_event_are_filters(clerk: Client, query: str, campaigns: list[str]) -> None:
    """B28; the balance stays that of the whole ledger."""
    assert cells(clerk.get(f"{PATH}?{query}"), "campaign") == campaigns


@pytest.mark.usefixtures("quota")
def test_the_csv_has_the_filtered_rows_and_says_so_in_its_name(clerk: Client) -> None:
    """B29."""
    sent = clerk.get(f"{PATH}?campaign=pump&event=reservation_release&format=csv")
    assert (
        'filename="service-package-history_2026-10_pump_reservation-release.csv"'
        in (sent["Content-Disposition"])
    )
    head, row = file(sent)
    assert head[:4] == ["At (UTC)", "Event", "Campaign", "Account"]
    assert row[:6] == [
        "2026-10-05T12:00:00Z", "Reservation release", "pumps", "AGG", "180", "880",
    ]  # fmt: skip


@pytest.mark.usefixtures("quota")
def test_a_filter_that_matches_nothing_leaves_the_header(clerk: Client) -> None:
    assert "Nothing matches these filters" in text(clerk, "campaign=nothing")
    assert len(file(clerk.get(f"{PATH}?campaign=nothing&format=csv"))) == 1


def test_a_month_without_events_says_why(clerk: Client) -> None:
    assert "Nothing happened to the quota in this month" in text(clerk)


def test_both_parts_of_a_renewal_are_shown(clerk: Client, agg: Account) -> None:
    """B34."""
    factories.placement(account=agg, since=date(2025, 1, 1))
    shelf.create(agg, 1000, at=OCTOBER.replace(year=2025))
    shelf.renew(agg, 500, at=BEGUN)
    shelf.settle(agg, OCTOBER)
    assert cells(clerk.get(PATH), "parts") == ["500 new, 1,000 unused ones lost"]
    assert cells(clerk.get(PATH), "amount") == ["-500"]


@pytest.mark.usefixtures("november", "quota")
def test_a_tenant_sees_its_own_campaigns_and_no_balance(client: Client, tenant: User) -> None:
    """Q55: what others use of the quota is not its business."""
    client.force_login(tenant)
    page = client.get(PATH)
    assert cells(page, "campaign") == ["meters"]
    assert "Left" not in page.content.decode()
    assert "Remaining quota" not in page.content.decode()
    head, row = file(client.get(f"{PATH}?format=csv"))
    assert row[head.index("Left")] == ""


@pytest.mark.usefixtures("november", "quota")
def test_a_tenant_sees_the_campaigns_below_it(client: Client, ten: Account, tenant: User) -> None:
    shelf.start(factories.account(parent=ten), 7, at=NOVEMBER, name="below")
    client.force_login(tenant)
    assert cells(client.get(f"{PATH}?month=2026-11"), "campaign") == ["below"]


@pytest.mark.usefixtures("november", "quota")
def test_a_stranger_sees_nothing_of_it(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    assert cells(client.get(PATH), "campaign") == []
    assert client.get(f"{PATH}?account=AGG").status_code == 404


def test_a_payer_above_does_not_see_the_quota_of_one_billed_itself(
    clerk: Client, agg: Account
) -> None:
    below = factories.account(parent=agg, is_billing=True)
    shelf.create(below, at=BEGUN)
    shelf.start(below, at=OCTOBER)
    assert cells(clerk.get(PATH), "campaign") == []


def test_the_page_has_nothing_that_changes_anything(clerk: Client, quota: Account) -> None:
    """B11: no form but those that choose what is shown, and no amount of money (B12)."""
    shown = text(clerk, f"account={quota.key}")
    main = shown[shown.index("<h1>") :]
    assert main.count("<form") == main.count('method="get"')
    assert not {"¥", "$", "JPY", "USD"} & set(main.replace("<", " <").split())
