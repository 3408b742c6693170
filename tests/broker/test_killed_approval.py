"""An approval is killed before it is committed: it never was, and repeated it is the same."""

import io
import signal

import pytest
from django.core.management import call_command
from pytest_django import Settings

from accounts.models import AuditEntry
from billing_portal.common import clock
from invoices.choices import ItemState
from invoices.management.commands import close_month
from invoices.models import BillingRun, Invoice, RunItem
from invoices.selectors.approvals import candidates
from tests.factories import NOW
from tests.invoices.bills import shop
from tests.processes import Stage

pytestmark = pytest.mark.broker
APPROVE = ("close_month", "2026-10", "--approve")
AT_NOW = {"MEISAI_CLOCK": NOW.isoformat()}


def states() -> list[str]:
    return list(RunItem.objects.order_by("pk").values_list("state", flat=True))


def test_a_killed_approval_never_was_and_is_the_same_when_repeated(
    stage: Stage, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.APPROVAL = "staff"
    monkeypatch.setattr(close_month, "send", bool)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with stage.rows():
        shop.open_shop()
        for key in ("ACME", "BETA"):
            shop.customer(key)
        seen = candidates(run=shop.end_month()).seen
    killed = stage.start(*APPROVE, MEISAI_KILL_AT="approve.before_commit", **AT_NOW)
    assert killed.wait() == -signal.SIGKILL
    with stage.rows():
        assert states() == [ItemState.PROPOSED] * 2
        assert candidates(run=BillingRun.objects.get()).seen == seen
        call_command(*APPROVE, stdout=io.StringIO())
        assert states() == [ItemState.APPROVED] * 2
        assert AuditEntry.objects.filter(action="billing_run.approve").count() == 1
        shop.work_off()
        labels = Invoice.objects.order_by("pk").values_list("label", flat=True)
        assert list(labels) == ["STM-000001", "STM-000002"]
