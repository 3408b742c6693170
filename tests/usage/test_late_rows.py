"""What comes for a closed month is stored and marked late; the month counts it."""

import pytest

from billing_portal.common.periods import Month
from tests import factories
from tests.usage.conftest import Sender, World
from tests.usage.sending import air_csv, records_csv
from usage.choices import Coverage, MonthState
from usage.models import AccountMonth, UsageRecord

OCTOBER = Month(2026, 10)


def _month(world: World, **fields: object) -> AccountMonth:
    return AccountMonth.objects.get(account=world.agg, **fields)


def test_a_fact_opens_the_month_of_its_payer_and_raises_its_version(
    sender: Sender, world: World
) -> None:
    sender(records_csv({}, {"event_id": "e2"}))

    row = AccountMonth.objects.get()
    assert (row.account, row.coverage, row.month) == (world.agg, Coverage.JAPAN, OCTOBER)
    assert (row.state, row.version, row.late_facts) == (MonthState.OPEN, 1, 0)


def test_a_fact_for_a_closed_month_is_late(sender: Sender, world: World) -> None:
    factories.account_month(account=world.agg, state=MonthState.CLOSED, version=4)
    rows = [{}, {"event_id": "e2"}, {"event_id": "n", "at": "2026-11-01T00:00:00Z"}]
    sent = sender(records_csv(*rows))

    reason = "The month was closed; the fact is kept, and corrects that month on the next bill."
    assert sent.results == [(2, "late", reason), (3, "late", reason), (4, "accepted", "")]
    assert sent.code == 0
    late = UsageRecord.objects.order_by("event_id").values_list("event_id", "late")
    assert list(late) == [("e1", True), ("e2", True), ("n", False)]
    october, november = _month(world, month=OCTOBER), _month(world, month=OCTOBER.next)
    assert (october.version, october.late_facts) == (5, 2)
    assert (november.version, november.late_facts) == (1, 0)


def test_a_month_before_a_closed_one_is_closed_too(sender: Sender, world: World) -> None:
    factories.account_month(account=world.agg, state=MonthState.CLOSED)

    assert sender(records_csv({"at": "2026-09-30T23:59:59Z"})).outcomes == ["late"]
    assert _month(world, month=OCTOBER.previous).state == MonthState.CLOSED


@pytest.mark.parametrize("change", [{}, {"quantity": "8"}], ids=["duplicate", "conflict"])
@pytest.mark.parametrize("state", MonthState.values)
def test_a_repeated_fact_raises_no_version(
    sender: Sender, world: World, change: dict[str, str], state: str
) -> None:
    sender(records_csv({}))
    AccountMonth.objects.update(state=state)
    sent = sender(records_csv(change))

    assert sent.outcomes == ["conflict" if change else "duplicate"]
    row = _month(world)
    assert (row.version, row.late_facts) == (1, 0)


def test_the_other_coverage_stays_open(sender: Sender, world: World) -> None:
    factories.account_month(account=world.stray, state=MonthState.CLOSED, coverage=Coverage.JAPAN)
    row = {"account": "STR", "device": world.roamer.key}

    assert sender(records_csv(row)).outcomes == ["accepted"]


def test_the_payer_of_the_month_decides(sender: Sender, world: World) -> None:
    november = OCTOBER.next.first_day
    factories.placement(account=world.ten, since=november, parent=world.agg, is_billing=True)
    sender(records_csv({}, {"event_id": "e2", "at": "2026-11-01T00:00:00Z"}))

    payers = AccountMonth.objects.order_by("month").values_list("account", flat=True)
    assert list(payers) == [world.agg.pk, world.ten.pk]


def test_both_halves_of_an_air_row_are_late(sender: Sender, world: World) -> None:
    factories.account_month(account=world.agg, state=MonthState.CLOSED)

    assert sender(air_csv({}), format="air-csv").outcomes == ["late"]
    assert _month(world).late_facts == 2


def test_a_late_fact_overtakes_the_bill_that_corrects_the_month(
    sender: Sender, world: World
) -> None:
    factories.account_month(account=world.agg, state=MonthState.CLOSED)
    factories.account_month(account=world.agg, month=OCTOBER.next)
    factories.account_month(account=world.agg, month=OCTOBER.next.next)

    assert sender(records_csv({})).outcomes == ["late"]
    rows = AccountMonth.objects.order_by("month").values_list("version", flat=True)
    assert list(rows) == [1, 1, 0]
