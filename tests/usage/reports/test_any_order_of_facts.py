"""In whatever order and pieces facts come, the report of their month is the same."""

from collections.abc import Callable

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account
from tests.usage.conftest import Sender
from tests.usage.reports import desk
from tests.usage.reports.conftest import lamp
from tests.usage.sending import RECORD, records_csv
from usage.models import UsageReport, UsageReportRow

pytestmark = pytest.mark.django_db
DEVICES = ("440100000000001", "lamp")
METERS = ("session.connection", "to_service.registration", "publish.user", "firmware.update")

_rows = st.lists(
    st.builds(
        lambda number, device, meter, second, quantity: {
            "event_id": f"e{number}",
            "account": "TEN" if device == DEVICES[0] else "AGG",
            "device": device,
            "meter": meter,
            "variant": "",
            "at": f"2026-10-05T12:00:0{second}Z",
            "quantity": str(quantity),
        },
        st.integers(0, 99),
        st.sampled_from(DEVICES),
        st.sampled_from(METERS),
        st.integers(0, 3),
        st.sampled_from([0, 1, 2, 2**63 - 1]),
    ),
    max_size=10,
    unique_by=lambda row: row["event_id"],
)


@pytest.mark.usefixtures("meters")
@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(rows=_rows, data=st.data())
def test_any_order_of_facts_gives_the_same_report(
    sender: Sender,
    make: Callable[..., None],
    agg: Account,
    rows: list[dict[str, str]],
    data: st.DataObject,
) -> None:
    shuffled, cut = data.draw(st.permutations(rows)), data.draw(st.integers(0, 10))
    with transaction.atomic():
        point = transaction.savepoint()
        lamp(agg, "lamp")
        straight = _report(sender, make, [rows])
        transaction.savepoint_rollback(point)
        lamp(agg, "lamp")
        assert _report(sender, make, [shuffled[:cut], shuffled[cut:], shuffled]) == straight
        transaction.savepoint_rollback(point)


def _report(
    sender: Sender, make: Callable[..., None], parts: list[list[dict[str, str]]]
) -> tuple[object, ...]:
    for part in parts:
        if part:
            sender(records_csv(*part, columns=tuple(RECORD)))
    make()
    figures = UsageReportRow.objects.order_by("key").values_list("key", "figures", "together")
    assert UsageReport.objects.exists()
    return list(figures), desk.active(), desk.updates()
