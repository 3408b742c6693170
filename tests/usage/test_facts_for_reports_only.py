"""Meters that are not priced: counted for reports, and nothing to any bill (issue 5)."""

import pytest

from tests import factories
from tests.factories import MONTH
from tests.usage.conftest import Sender, World
from tests.usage.sending import records_csv
from usage.choices import Coverage, MonthState
from usage.models import AccountMonth, UsageRecord
from usage.selectors.frames import Scope, load

CONNECT = {"event_id": "c", "meter": "connect"}


@pytest.fixture(autouse=True)
def _connect(world: World) -> None:
    factories.meter(code="connect", evidence="active", is_priced=False)


def test_they_are_not_late_and_leave_a_closed_month_alone(sender: Sender, world: World) -> None:
    factories.account_month(account=world.agg, state=MonthState.CLOSED, version=4)
    sent = sender(records_csv({}, CONNECT))

    assert sent.outcomes == ["late", "accepted"]
    assert list(UsageRecord.objects.order_by("event_id").values_list("late", flat=True)) == [0, 1]
    month = AccountMonth.objects.get()
    assert (month.version, month.late_facts) == (5, 1)


def test_they_disturb_no_close(sender: Sender) -> None:
    sender(records_csv(CONNECT))
    assert AccountMonth.objects.get().version == 0


def test_rating_does_not_load_them(sender: Sender, world: World) -> None:
    sender(records_csv({}, CONNECT))
    scope = Scope(MONTH, Coverage.JAPAN, {world.ten.pk: world.agg.pk}, MONTH.end)
    assert load(scope, bands=())["usage"]["meter"].to_list() == ["data.upload"]
