"""Two of the staff approve the same month end at the same instant: one of them does."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from pytest_django import Settings

from accounts.models import AuditEntry
from invoices.choices import ItemState
from invoices.models import BillingRun
from invoices.selectors.approvals import candidates
from invoices.services import runs
from tests import factories

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_one_approves_and_the_others_are_told(settings: Settings) -> None:
    settings.APPROVAL = "staff"
    run = factories.billing_run()
    for _account in range(20):
        factories.run_item(run=run, account=factories.account(), state=ItemState.PROPOSED)
    seen = candidates(run=run).seen
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(approve, run, seen, f"{n}@example.com") for n in range(4)]
    assert sorted(each.result() for each in done) == [0, 0, 0, 20]
    assert run.items.values("approved_by").distinct().count() == 1
    assert AuditEntry.objects.filter(action="billing_run.approve").count() == 1


def approve(run: BillingRun, seen: str, actor: str) -> int:
    try:
        return runs.approve(run=run, seen=seen, actor=actor, now=factories.NOW).accounts
    except runs.ApprovalRefused:
        return 0
    finally:
        connection.close()
