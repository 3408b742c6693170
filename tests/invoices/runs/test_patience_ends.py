"""An account that intake overtakes again and again is rated while its month is held."""

import pytest
from django.db import connection

from invoices.models import RunItem
from invoices.services import runs
from invoices.services.bills import proposals
from invoices.services.bills.shards import Late, RatedShard, Shard, rate_shard
from tests.factories import MONTH, NOW
from tests.invoices.bills import shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("attempts", "held"), [(0, False), (runs.PATIENCE, True)])
def test_the_month_is_held_after_so_many_attempts(
    monkeypatch: pytest.MonkeyPatch, attempts: int, held: bool
) -> None:
    seen = []

    def rate(shard: Shard, late: Late) -> RatedShard:
        seen.append(connection.in_atomic_block)
        return rate_shard(shard, late)

    monkeypatch.setattr(proposals, "rate_shard", rate)
    shop.customer("ACME", used=5)
    runs.open_run(month=MONTH, now=NOW, actor="test")
    RunItem.objects.update(attempts=attempts)
    runs.work_next(now=NOW)
    assert seen == [held]
    assert RunItem.objects.get().state == "closed"
