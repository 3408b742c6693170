"""Several workers close the shards of one month at once: numbers have no gap, seals are chained."""

import pytest

from billing_portal.common import clock
from invoices.models import Bill, Invoice, RunItem
from invoices.services.documents import verify_documents
from invoices.services.verification import faults_of
from tests import factories
from tests.factories import MONTH
from tests.invoices.bills import shop
from tests.processes import Stage
from usage.services.devices import NewDevice, register_devices

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

ACCOUNTS, SHARD, WORKERS = 240, 60, 4


def build() -> None:
    """So many accounts with a SIM each."""
    shop.open_shop()
    accounts = [factories.account(key=f"A{number:03}") for number in range(ACCOUNTS)]
    register_devices(
        devices=[
            NewDevice(
                key=f"{account.key}-sim",
                kind="subscriber",
                coverage=shop.JAPAN,
                account_id=account.pk,
                plan_id=None,
                status="active",
                since=MONTH.start,
            )
            for account in accounts
        ],
        now=MONTH.start,
    )


def finish(stage: Stage) -> None:
    """Workers that met at one shard may have left a part of it: the sweep calls for it again."""

    def closed() -> bool:
        stage.manage("close_month", MONTH.iso)
        with stage.rows():
            return not RunItem.objects.exclude(state="closed").exists()

    stage.wait_until(closed, seconds=60)


@pytest.mark.parametrize("stage", ["postgresql"], indirect=True)
def test_four_workers_number_without_a_gap(stage: Stage) -> None:
    stage.overrides |= clock.timeline("2026-11-02T03:00:00Z") | {"MEISAI_SHARD_SIZE": str(SHARD)}
    with stage.rows():
        build()
    workers = [stage.start_worker(f"worker{number}") for number in range(WORKERS)]
    stage.wait_until(lambda: all("ready" in worker.log.read_text() for worker in workers))
    finish(stage)
    with stage.rows():
        numbers = Invoice.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, ACCOUNTS + 1))
        assert Invoice.objects.values("account").distinct().count() == ACCOUNTS
        assert verify_documents(invoices=Invoice.objects.all()) == []
        assert all(list(faults_of(bill)) == [] for bill in Bill.objects.all()[:5])
