"""Facts that arrive while a month is being closed are in its bill; later ones are late."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Account
from invoices.choices import BillState, ItemState
from invoices.models import Bill, Invoice, RunItem
from invoices.services.bills import close
from invoices.services.bills.closing import Closing
from invoices.services.bills.shards import Late, RatedShard, Shard, rate_shard
from invoices.services.verification import faults_of
from tests.factories import MONTH, NOW
from tests.invoices.bills import shop
from tests.usage.sending import Sent, records_csv, send
from usage.models import AccountMonth, Device, Import, UsageRecord
from usage.services.devices import set_status


def receive(account: Account, folder: Path, *, quantity: int, event_id: str = "new") -> Sent:
    """Take in one fact of October through the public command."""
    row = {
        "event_id": event_id,
        "account": account.key,
        "device": f"{account.key}-0",
        "meter": "data",
        "variant": "",
        "at": "2026-10-20T00:00:00Z",
        "quantity": str(quantity),
    }
    return send(folder, records_csv(row), name=f"{event_id}.csv")


def test_facts_after_the_proposal_send_the_account_back(tmp_path: Path) -> None:
    account = shop.customer("ACME", used=5)
    assert [bill.net for bill in shop.propose(account).proposed] == [315]
    receive(account, tmp_path, quantity=7)
    closing = shop.close(account)
    assert (closing.closed, closing.overtaken) == ([], [account.pk])
    assert shop.bill_of(account).state == BillState.PROPOSED
    assert not Invoice.objects.exists()
    shop.propose(account)
    assert [bill.net for bill in shop.close(account).closed] == [322]


def test_facts_between_loading_and_writing_are_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = shop.customer("ACME", used=5)

    def rate_slowly(shard: Shard, late: Late) -> RatedShard:
        rated = rate_shard(shard, late)
        receive(account, tmp_path, quantity=7)
        return rated

    monkeypatch.setattr("invoices.services.bills.proposals.rate_shard", rate_slowly)
    proposal = shop.propose(account)
    assert (proposal.proposed, proposal.overtaken) == ([], [account.pk])
    assert not Bill.objects.exists()


def test_a_run_takes_an_overtaken_account_up_again_and_bills_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, other = shop.customer("ACME", used=5), shop.customer("BETA")

    def close_late(**given: Any) -> Closing:
        monkeypatch.setattr("invoices.services.bills.close", close)
        receive(account, tmp_path, quantity=7)
        return close(**given)

    monkeypatch.setattr("invoices.services.bills.close", close_late)
    shop.end_month()
    assert shop.bill_of(other).state == BillState.CLOSED
    assert RunItem.objects.get(account=account).state == ItemState.PENDING
    shop.work_off(NOW + timedelta(seconds=3))
    assert shop.bill_of(account).net == 322
    assert shop.bill_of(account).state == BillState.CLOSED


def test_a_status_that_is_set_after_the_proposal_is_billed_too() -> None:
    account = shop.customer("ACME")
    shop.propose(account)
    last_day = MONTH.end - timedelta(days=1)
    set_status(device=Device.objects.get(), status="suspended", since=last_day, now=NOW)
    assert shop.close(account).overtaken == [account.pk]
    shop.propose(account)
    assert [bill.net for bill in shop.close(account).closed] == [300]


def test_facts_after_the_close_are_late_and_shown_and_change_no_proof(tmp_path: Path) -> None:
    account = shop.customer("ACME", used=5)
    shop.end_month()
    sent = receive(account, tmp_path, quantity=7)
    assert sent.outcomes == ["late"]
    assert UsageRecord.objects.get(event_id="new").late
    assert AccountMonth.objects.get(month=MONTH).late_facts == 1
    assert Import.objects.get().late == 1
    assert shop.bill_of(account).net == 315
    assert list(faults_of(shop.bill_of(account))) == []


def test_a_status_that_is_set_after_the_close_changes_no_proof() -> None:
    account = shop.customer("ACME")
    shop.end_month()
    middle = MONTH.start + timedelta(days=10)
    set_status(device=Device.objects.get(), status="suspended", since=middle, now=NOW)
    assert list(faults_of(shop.bill_of(account))) == []


def test_the_same_file_again_sends_nobody_back(tmp_path: Path) -> None:
    account = shop.customer("ACME")
    receive(account, tmp_path, quantity=7)
    shop.propose(account)
    assert receive(account, tmp_path, quantity=7).outcomes == ["duplicate"]
    assert [bill.net for bill in shop.close(account).closed] == [317]
