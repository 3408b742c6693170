"""Reports are made once, in shards, by the calendar or by hand, and never change (B10)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from billing_portal.common.clock import VARIABLE
from billing_portal.common.periods import Month
from tests import factories
from tests.usage.reports import desk
from tests.usage.reports.conftest import DUE, Facts
from usage.metering.reportdates import made_from
from usage.models import ReportDue, UsageReport, UsageReportRow
from usage.services.reports.making import make as make_shard
from usage.tasks import reports as tasks

pytestmark = pytest.mark.django_db
Make = Callable[..., None]
SIM = "440100000000001"
FIRST = {
    "2026-10": "2026-11-04",  # November begins on a Sunday
    "2026-09": "2026-10-05",  # 1 October is a Thursday
    "2026-12": "2027-01-05",  # 1 January counts, holiday or not
}


@pytest.mark.parametrize(("month", "day"), FIRST.items())
def test_reports_are_made_from_the_third_business_day_on(month: str, day: str) -> None:
    assert made_from(Month.parse(month)).isoformat() == f"{day}T00:05:00+00:00"


@pytest.mark.usefixtures("agg", "ten")
def test_making_again_makes_nothing_new(make: Make) -> None:
    make()
    before = list(UsageReport.objects.values_list("pk", "made_at"))
    make(datetime(2026, 11, 20, tzinfo=UTC))
    assert list(UsageReport.objects.values_list("pk", "made_at")) == before
    assert not ReportDue.objects.exists()


def test_what_came_later_does_not_change_a_report(facts: Facts, make: Make) -> None:
    make()
    facts(("TEN", SIM, "session.connection", 1))
    make()
    assert desk.rows()["TEN"] == (0, 0, 0)


def _update(rows: Any) -> None:
    rows.update(account_id=1)


def _delete(rows: Any) -> None:
    rows._raw_delete("default")


@pytest.mark.usefixtures("agg")
@pytest.mark.parametrize("model", [UsageReport, UsageReportRow])
@pytest.mark.parametrize("change", [_update, _delete])
def test_the_database_refuses_to_change_a_report(make: Make, model: Any, change: Any) -> None:
    make()
    with pytest.raises(DatabaseError), transaction.atomic():
        change(model._base_manager.all())


@pytest.mark.usefixtures("agg")
@pytest.mark.parametrize(
    ("month", "says"),
    [
        ("2026-11", "is not over"),
        ("2026-13", "is not a month"),
        ("2025-12", "no billing account"),
    ],
)
def test_a_month_that_cannot_be_reported_is_refused(
    monkeypatch: pytest.MonkeyPatch, month: str, says: str
) -> None:
    monkeypatch.setenv(VARIABLE, DUE.isoformat())
    with pytest.raises(CommandError, match=says):
        call_command("make_reports", month)


def _tick(patch: pytest.MonkeyPatch, at: str) -> int:
    patch.setenv(VARIABLE, at)
    patch.setattr(tasks, "send", lambda task: task())
    tasks.open_due()
    return UsageReport.objects.count()


@pytest.mark.usefixtures("agg", "stray")
def test_the_calendar_makes_the_month_before_when_its_day_has_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert _tick(monkeypatch, "2026-11-04T00:04:59Z") == 0
    assert _tick(monkeypatch, "2026-11-04T00:05:00Z") == 2
    assert _tick(monkeypatch, "2026-11-04T00:10:00Z") == 2


@pytest.mark.usefixtures("agg", "stray")
def test_one_account_that_fails_does_not_hold_up_the_others(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*, payers: list[int], **given: Any) -> int:
        if Account.objects.get(key="STR").pk in payers:
            raise OSError("disk full")
        return make_shard(payers=payers, **given)

    monkeypatch.setattr("usage.services.reports.orders.make", fail)
    with pytest.raises(CommandError, match="missing"):
        make()
    assert [one.account.key for one in UsageReport.objects.all()] == ["AGG"]
    monkeypatch.undo()
    make()
    assert UsageReport.objects.count() == 2


def test_the_number_of_queries_does_not_depend_on_the_number_of_accounts(
    make: Make, agg: Account
) -> None:
    assert _queries(make, agg, more=1) == _queries(make, agg, more=12)


def _queries(make: Make, agg: Account, *, more: int) -> int:
    """Of a month with so many further tenants and payers, which nobody keeps."""
    with transaction.atomic():
        point = transaction.savepoint()
        for _ in range(more):
            factories.account(parent=agg)
            factories.account()
        with CaptureQueriesContext(connection) as captured:
            make()
        transaction.savepoint_rollback(point)
    return len(captured)
