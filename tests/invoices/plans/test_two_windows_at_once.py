"""Two windows press at the same instant: one plan is taken, and every device is on it."""

import pytest
from django.db import connection  # noqa: F401 - the mark asks for it

from accounts.models import Account
from invoices.models import PlanPurchase
from invoices.services.plans import PlanRefused, devices, taking
from tests import factories, payment_factories
from tests.invoices.plans import stall
from tests.invoices.plans.stall import CUSTOMER
from tests.invoices.settings.test_two_windows_at_once import Act, together
from tests.portal.months import NOW
from usage.models import Plan

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer anyway"),
    pytest.mark.django_db(transaction=True),
]


def taking_at(account: Account, plan: Plan) -> Act:
    shown = taking.propose(account=account, plan=plan, now=NOW).version

    def take() -> str:
        try:
            taken = taking.take(account=account, plan=plan, shown=shown, who=CUSTOMER)
        except PlanRefused as refusal:
            return type(refusal).__name__
        return "taken" if taken else "there"

    return take


def test_one_of_two_plans_is_taken_and_a_device_that_is_added_meanwhile_is_on_it() -> None:
    account = factories.account()
    payment_factories.card(account=account)
    standard, pro = stall.open_stall()
    given = stall.thing(account, "lamp", standard)
    acts = [taking_at(account, plan) for plan in (pro, pro)]
    acts.append(lambda: _add(account, standard))
    assert sorted(map(str, together(*acts))) == ["added", "taken", "there"]
    assert PlanPurchase.objects.count() == 1
    assert stall.plans_of("pump") == [("standard", NOW.isoformat()), ("pro", stall.DECEMBER)]
    assert stall.plans_of(given.key)[-1] == ("pro", stall.DECEMBER)


def _add(account: Account, plan: Plan) -> str:
    who = {"actor": CUSTOMER.actor, "now": NOW}
    devices.add(account=account, plan=plan, key="pump", name="", **who)  # type: ignore[arg-type]
    return "added"
