"""What is empty comes last in both directions, on every database."""

import pytest

from accounts.models import Account, Job, User
from billing_portal.common.reports.columns import NumberColumn
from billing_portal.common.reports.tables import ReportTable
from tests.portal.months import NOW

pytestmark = pytest.mark.django_db


class JobTable(ReportTable):
    size = NumberColumn()


@pytest.mark.parametrize(("sort", "sizes"), [("size", [1, 2, 2, None]), ("-size", [2, 2, 1, None])])
def test_null_is_last(aggregator: User, agg: Account, sort: str, sizes: list[int | None]) -> None:
    for size in (2, None, 1, 2):
        Job.objects.create(
            account=agg,
            person=aggregator,
            kind="x",
            subject={},
            created_at=NOW,
            due_at=NOW,
            size=size,
        )
    table = JobTable(Job.objects.all(), order_by=[sort])
    found = [(row.record.size, row.record.pk) for row in table.rows]
    assert [size for size, _pk in found] == sizes
    twos = [pk for size, pk in found if size == 2]
    assert twos == sorted(twos)
