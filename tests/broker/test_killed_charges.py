"""A worker is killed at each step of a charge; the next one goes on, and the card pays once."""

import signal
import subprocess
import sys

import pytest
from django.conf import settings

from invoices.gateways import Sandbox
from invoices.models import Charge, Coupon, Order, Receivable
from invoices.services import orders
from invoices.tasks.payments import deliver
from tests import factories, payment_factories
from tests.invoices.orders import shop
from tests.invoices.payments import till
from tests.processes import Stage

pytestmark = pytest.mark.broker

AT_TEN = {"MEISAI_CLOCK": "2026-11-02T10:00:00Z"}
WORK = """
import django
django.setup()
from invoices.models import Receivable
from invoices.tasks.payments import charge
charge(receivable_id=Receivable.objects.get().pk)
"""


def work(stage: Stage, step: str = "") -> int:
    """Let a process of its own make the next attempt; its exit code."""
    kill = {"MEISAI_KILL_AT": step} if step else {}
    return subprocess.run(
        [sys.executable, "-c", WORK],
        env=stage.environment | AT_TEN | kill,
        cwd=settings.BASE_DIR,
        start_new_session=True,
        check=False,
        timeout=60,
    ).returncode


def test_a_kill_between_the_charge_and_the_coupon_of_an_order_delivers_it_once(
    stage: Stage,
) -> None:
    with stage.rows():
        shop.build()
        account = factories.account()
        payment_factories.card(account=account, reference="works.1")
        order = orders.confirm(order=shop.quote(account), actor="a@example.com", now=factories.NOW)
    assert work(stage, "charge.settled") == -signal.SIGKILL
    with stage.rows():
        assert not Coupon.objects.exists()
        for _ in "ab":
            deliver(order_id=order.pk)
        assert (Coupon.objects.count(), Order.objects.get().state) == (1, "ordered")


@pytest.mark.parametrize("step", ["charge.started", "charge.charged", "charge.settled"])
def test_a_kill_at_this_step_of_a_charge_charges_once(stage: Stage, step: str) -> None:
    with stage.rows():
        account = factories.account()
        payment_factories.card(account=account, reference="works.1")
        till.owed(account, 1415)
    assert work(stage, step) == -signal.SIGKILL
    assert work(stage) == 0
    bank = Sandbox(folder=stage.folder / "sandbox", page_url="", secret="")
    assert [charge["amount"] for charge in bank.charges()] == [1415]
    with stage.rows():
        assert Receivable.objects.get().state == "paid"
        assert list(Charge.objects.values_list("state", flat=True)) == ["succeeded"]
