"""A month end stops before it counts, until what was seen is approved."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django import Settings

from accounts.models import Account, AuditEntry
from invoices.choices import BillState, ItemState
from invoices.models import Bill, BillingRun, Invoice, RunItem, Series
from invoices.selectors.approvals import Candidates, candidates
from invoices.services import runs
from invoices.services.runs import approving
from tests import once
from tests.factories import NOW
from tests.invoices.bills import shop
from tests.invoices.runs.test_overtaken_accounts import receive
from usage.models import Device

PREPARED, OTHER = "test", "other@example.com"


@pytest.fixture(autouse=True)
def _staff_approve(settings: Settings) -> None:
    settings.APPROVAL = "staff"


@override_settings(APPROVAL="staff")
def _proposed() -> None:
    """October of two accounts, proposed."""
    shop.open_shop()
    shop.customer("ACME", used=5)
    shop.customer("BETA")
    shop.end_month()


_kept, _open_shop = once.made_with_files(_proposed)


@pytest.fixture
def run() -> BillingRun:
    return BillingRun.objects.get()


def states(run: BillingRun) -> list[str]:
    return list(run.items.order_by("account__key").values_list("state", flat=True))


def item(run: BillingRun, key: str) -> RunItem:
    return run.items.get(account__key=key)


def approve(
    run: BillingRun, found: Candidates, *, actor: str = OTHER, some: bool = False
) -> runs.Approved:
    ids = [row.item_id for row in found.rows] if some else None
    return runs.approve(run=run, seen=found.seen, item_ids=ids, actor=actor, now=NOW)


def test_an_unapproved_run_leaves_no_number_behind(run: BillingRun) -> None:
    assert shop.work_off(NOW + timedelta(days=1)) == 0
    assert states(run) == [ItemState.PROPOSED, ItemState.PROPOSED]
    assert set(Bill.objects.values_list("state", "seal")) == {(BillState.PROPOSED, "")}
    assert (Invoice.objects.count(), Series.objects.count()) == (0, 0)


def test_what_is_approved_is_closed_and_says_by_whom(run: BillingRun) -> None:
    assert approve(run, candidates(run=run)) == runs.Approved(2, 0)
    shop.work_off()
    assert states(run) == [ItemState.CLOSED, ItemState.CLOSED]
    assert Invoice.objects.count() == 2
    assert set(run.items.values_list("approved_by", "approved_at")) == {(OTHER, NOW)}
    entry = AuditEntry.objects.get(action="billing_run.approve")
    assert (entry.actor, entry.detail["accounts"]) == (OTHER, 2)


def test_chosen_accounts_are_closed_and_the_others_wait(run: BillingRun) -> None:
    approve(run, candidates(run=run, account_keys=["BETA"]), some=True)
    shop.work_off()
    assert states(run) == [ItemState.PROPOSED, ItemState.CLOSED]
    assert list(Invoice.objects.values_list("account__key", flat=True)) == ["BETA"]


def test_the_second_of_two_equal_approvals_does_nothing(run: BillingRun) -> None:
    found = candidates(run=run)
    approve(run, found)
    with pytest.raises(approving.ChangedMeanwhile):
        approve(run, found, actor="third@example.com")
    assert set(run.items.values_list("approved_by", flat=True)) == {OTHER}
    assert AuditEntry.objects.filter(action="billing_run.approve").count() == 1


class TestWhatChangedMeanwhile:
    def change(self, folder: Path) -> None:
        """A fact of ACME comes in, and the calendar notices."""
        receive(Account.objects.get(key="ACME"), folder, quantity=7)

    def test_is_not_approved_unseen(self, run: BillingRun, tmp_path: Path) -> None:
        found = candidates(run=run)
        self.change(tmp_path)
        assert runs.renew(now=NOW) == 1
        shop.work_off()
        with pytest.raises(approving.ChangedMeanwhile):
            approve(run, found)
        assert [row.gross_minor for row in candidates(run=run).rows] == [355, 341]

    def test_is_proposed_anew_and_approved_anew(self, run: BillingRun, tmp_path: Path) -> None:
        approve(run, candidates(run=run))
        self.change(tmp_path)
        shop.work_off()
        assert states(run) == [ItemState.PENDING, ItemState.CLOSED]
        shop.work_off(NOW + timedelta(seconds=3))
        assert states(run) == [ItemState.PROPOSED, ItemState.CLOSED]
        assert item(run, "ACME").approved_by == ""
        approve(run, candidates(run=run))
        shop.work_off(NOW + timedelta(seconds=3))
        assert list(Invoice.objects.values_list("total_minor", flat=True)) == [355, 341]

    def test_is_not_closed_where_the_bill_was_written_again(self, run: BillingRun) -> None:
        """By a worker that lost its lease while it rated, and died before it said so."""
        approve(run, candidates(run=run))
        Bill.objects.filter(account__key="ACME").update(bundle_hash="0" * 64)
        shop.work_off()
        assert states(run) == [ItemState.PENDING, ItemState.CLOSED]


class TestSendingBack:
    def send_back(self, run: BillingRun, key: str, note: str = "Wrong plan") -> int:
        row = item(run, key)
        return runs.send_back(run=run, seen={row.pk: row.digest}, note=note, actor=OTHER, now=NOW)

    def test_rates_the_account_anew_with_a_note(self, run: BillingRun) -> None:
        shop.use(Device.objects.get(key="ACME-0"), Account.objects.get(key="ACME"), 20)
        assert self.send_back(run, "ACME") == 1
        assert states(run) == [ItemState.PENDING, ItemState.PROPOSED]
        shop.work_off()
        assert candidates(run=run).rows[0].gross_minor == 369
        assert (item(run, "ACME").note, item(run, "ACME").prepared_by) == ("Wrong plan", OTHER)
        entry = AuditEntry.objects.get(action="billing_run.send_back")
        assert (entry.actor, entry.account_key, entry.detail["note"]) == (
            OTHER,
            "ACME",
            "Wrong plan",
        )

    def test_takes_an_approval_back(self, run: BillingRun) -> None:
        approve(run, candidates(run=run))
        self.send_back(run, "ACME")
        shop.work_off()
        assert states(run) == [ItemState.PROPOSED, ItemState.CLOSED]

    def test_is_too_late_once_it_is_closed(self, run: BillingRun) -> None:
        approve(run, candidates(run=run))
        shop.work_off()
        with pytest.raises(approving.ChangedMeanwhile):
            self.send_back(run, "ACME")

    def test_asks_for_a_note(self, run: BillingRun) -> None:
        with pytest.raises(approving.NoteMissing):
            self.send_back(run, "ACME", " \0")


class TestFourEyes:
    @pytest.fixture(autouse=True)
    def _four_eyes(self, settings: Settings) -> None:
        settings.APPROVAL = "four_eyes"

    def test_who_prepared_it_cannot_approve_it(self, run: BillingRun) -> None:
        with pytest.raises(approving.SamePerson):
            approve(run, candidates(run=run), actor=PREPARED)
        assert approve(run, candidates(run=run)) == runs.Approved(2, 0)

    def test_who_sent_it_back_prepared_it(self, run: BillingRun) -> None:
        TestSendingBack().send_back(run, "ACME")
        shop.work_off()
        assert approve(run, candidates(run=run)) == runs.Approved(1, 1)
        assert states(run) == [ItemState.PROPOSED, ItemState.APPROVED]
        assert approve(run, candidates(run=run), actor=PREPARED) == runs.Approved(1, 0)


def test_an_approval_that_is_cut_short_never_was(
    run: BillingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(_name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(approving, "reached", power_cut)
    with pytest.raises(KeyboardInterrupt):
        approve(run, candidates(run=run))
    assert states(run) == [ItemState.PROPOSED, ItemState.PROPOSED]
    assert not AuditEntry.objects.filter(action="billing_run.approve").exists()
