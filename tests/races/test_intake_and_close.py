"""Files come in while their month is being closed: every fact is on the bill or marked late."""

from collections import Counter

import pytest
from django.db.models import Sum

from billing_portal.common import clock, files
from invoices.choices import BillState
from invoices.models import Bill
from invoices.rating.bundle import unpack
from tests import worlds
from tests.processes import Running, Stage
from tests.races.sender import ROWS
from usage.models import AccountMonth, Import, UsageRecord

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

SENDERS = 3
SEND = """
from pathlib import Path
from tests.races.sender import send
send(Path({folder!r}), {name!r})
"""


def start_senders(stage: Stage) -> list[Running]:
    codes = [SEND.format(folder=str(stage.folder), name=f"sender-{n}") for n in range(SENDERS)]
    return [stage.start("shell", "--no-imports", "--command", code) for code in codes]


def close_until_closed(stage: Stage) -> None:
    """Accounts that intake overtook are tried again, for which the command asks while it waits."""

    def closed() -> bool:
        stage.manage("close_month", "2026-10", "--wait")
        with stage.rows():
            return not AccountMonth.objects.filter(month=worlds.OCTOBER, state="open").exists()

    stage.wait_until(closed, seconds=60)


def accepted(bill: Bill) -> Counter[str]:
    facts = UsageRecord.objects.filter(
        account=bill.account,
        coverage=bill.coverage,
        at__gte=worlds.OCTOBER.start,
        at__lt=worlds.OCTOBER.end,
        late=False,
    )
    rows = facts.order_by().values_list("meter__code").annotate(Sum("quantity"))
    return Counter(dict(rows))


def billed(bill: Bill) -> Counter[str]:
    """What the bill was made from, by meter, as its bundle tells."""
    found: Counter[str] = Counter()
    usage = unpack(files.read(bill.bundle_file)).frames.usage
    for meter, quantity in usage.select("meter", "quantity").iter_rows():
        found[meter] += int(quantity)
    return found


@pytest.mark.parametrize("stage", ["postgresql"], indirect=True)
def test_every_fact_is_on_the_bill_or_late(stage: Stage) -> None:
    stage.overrides |= clock.timeline(worlds.IN_NOVEMBER) | {"MEISAI_SHARD_SIZE": "1"}
    with stage.rows():
        worlds.build(sims=1)
    stage.start_worker()
    senders = start_senders(stage)
    with stage.rows():
        stage.wait_until(lambda: Import.objects.count() > SENDERS)
    close_until_closed(stage)
    assert [sender.wait() for sender in senders] == [0] * SENDERS, stage.logs()
    with stage.rows():
        check_facts()
        check_bills()
    stage.manage("verify_bills")


def check_facts() -> None:
    """Nothing is missing: some facts were accepted, some came late, and no other became of any."""
    sent = UsageRecord.objects.filter(source__name__startswith="sender-")
    late = sent.filter(late=True).count()
    accepted = sent.count() - late
    assert sent.count() == Import.objects.count() * ROWS
    assert min(accepted, late) > 0
    told = Import.objects.aggregate(accepted=Sum("accepted"), late=Sum("late"))
    assert told == {"accepted": accepted, "late": late}
    months = AccountMonth.objects.filter(month=worlds.OCTOBER)
    assert months.aggregate(late=Sum("late_facts")) == {"late": late}


def check_bills() -> None:
    """No bill is stale: it was made from the facts that came before its close, and from all."""
    bills = Bill.objects.filter(state=BillState.CLOSED)
    assert bills.count() == 4
    for bill in bills:
        assert billed(bill) == accepted(bill), bill
