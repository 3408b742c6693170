"""A device plan that a customer takes: what it is, when it begins, and what has to be there."""

from datetime import datetime

import pytest

from accounts.models import Account, AuditEntry, Mail
from invoices.choices import QuantityRule
from invoices.models import BillItem, PaymentStop, PlanPurchase
from invoices.selectors.plans import offers
from invoices.services.payments import stops
from invoices.services.plans import taking
from invoices.services.plans.refusals import (
    FeaturesOff,
    NoCard,
    NotForSale,
    NotPaying,
    StaleProposal,
)
from tests import factories, payment_factories
from tests.invoices.bills import shop
from tests.invoices.plans import stall
from tests.invoices.plans.stall import CUSTOMER, DECEMBER, held, plans_of, take
from tests.invoices.settings import payer
from tests.portal.months import NOW, RUNNING
from usage.models import DeviceNow, Plan

pytestmark = pytest.mark.django_db
AT_ONCE = NOW.isoformat()
LATER = datetime.fromisoformat(DECEMBER)


@pytest.fixture
def plans() -> tuple[Plan, Plan]:
    return stall.open_stall()


def test_the_first_one_begins_when_its_purchase_is_complete(
    agg: Account, ten: Account, plans: tuple[Plan, Plan]
) -> None:
    stall.thing(agg, "lamp")
    stall.thing(ten, "pump")
    factories.device(account=agg, key="sim")
    assert take(agg, plans[0])
    assert held(agg, plans[0]) == ("standard", "")
    assert plans_of("lamp") == plans_of("pump") == [("standard", AT_ONCE)]
    assert plans_of("sim") == []


def test_another_one_begins_with_the_next_month(agg: Account, plans: tuple[Plan, Plan]) -> None:
    standard, pro = plans
    take(agg, standard)
    stall.thing(agg, "lamp", standard)
    take(agg, pro)
    assert held(agg, pro) == ("standard", "pro")
    assert plans_of("lamp")[1:] == [("pro", DECEMBER)]
    assert held(agg, pro, now=LATER) == ("pro", "")


def test_until_then_one_can_choose_again(agg: Account, plans: tuple[Plan, Plan]) -> None:
    standard, pro = plans
    take(agg, standard)
    stall.thing(agg, "lamp", standard)
    take(agg, pro)
    take(agg, standard)
    assert held(agg, pro) == ("standard", "")
    assert plans_of("lamp")[1:] == [("standard", DECEMBER)]


def test_devices_that_staff_put_on_a_plan_are_charged_by_it_until_the_month_ends(
    agg: Account, plans: tuple[Plan, Plan]
) -> None:
    standard, pro = plans
    stall.thing(agg, "lamp", standard)
    take(agg, pro)
    assert held(agg, pro) == ("", "pro")
    assert plans_of("lamp")[1:] == [("pro", DECEMBER)]


def test_it_is_charged_as_it_was_shown(agg: Account, plans: tuple[Plan, Plan]) -> None:
    stall.thing(agg, "lamp")
    purchase = take(agg, plans[0])
    assert purchase
    assert purchase.prices == [{"net": "100", "gross": "110"}]
    assert str(purchase.tax_rate) == "0.1"
    shop.propose(agg, month=RUNNING)
    bill = shop.bill_of(agg, RUNNING)
    assert (int(bill.net), bill.gross_minor) == (100, 110)


def test_tiers_abroad_have_no_tax(agg: Account, plans: tuple[Plan, Plan]) -> None:
    factories.profile(account=agg, country="DE")
    tiers = [{"up_to": 10, "price": "200"}, {"price": "150"}]
    item = factories.bill_item(
        code="tiered", rule=QuantityRule.DISTINCT_ACTIVE, inputs={"statuses": [], "plans": ["many"]}
    )
    factories.plan(code="many", **stall.KIND)
    factories.price(item=item, unit_price="0", kind="graduated", tiers=tiers)
    found = {one.plan.code: one for one in offers(account=agg, coverage="japan", month=RUNNING)}
    assert found["many"].presented == [
        {"net": "200", "gross": "200", "up_to": 10},
        {"net": "150", "gross": "150"},
    ]


def test_a_second_press_takes_nothing(agg: Account, plans: tuple[Plan, Plan]) -> None:
    take(agg, plans[0])
    assert take(agg, plans[0]) is None
    assert PlanPurchase.objects.count() == 1


def test_what_was_not_shown_is_not_taken(agg: Account, plans: tuple[Plan, Plan]) -> None:
    standard, pro = plans
    shown = taking.propose(account=agg, plan=pro, now=NOW).version
    take(agg, standard)
    with pytest.raises(StaleProposal):
        taking.take(account=agg, plan=pro, shown=shown, who=CUSTOMER)


def test_a_price_that_changed_meanwhile_is_shown_first(
    agg: Account, plans: tuple[Plan, Plan]
) -> None:
    payment_factories.card(account=agg)
    shown = taking.propose(account=agg, plan=plans[0], now=NOW).version
    factories.price(
        item=BillItem.objects.get(code="devicePlan"),
        plan=plans[0],
        unit_price="101",
        since=RUNNING.first_day,
    )
    with pytest.raises(StaleProposal):
        taking.take(account=agg, plan=plans[0], shown=shown, who=CUSTOMER)


def test_something_must_pay(agg: Account, plans: tuple[Plan, Plan]) -> None:
    shown = taking.propose(account=agg, plan=plans[0], now=NOW).version
    payment_factories.card(account=agg, exp_year=2026, exp_month=10)
    with pytest.raises(NoCard):
        taking.take(account=agg, plan=plans[0], shown=shown, who=CUSTOMER)
    payer.by_invoice(agg)
    assert taking.take(account=agg, plan=plans[0], shown=shown, who=CUSTOMER)


def test_who_was_stopped_pays_first(agg: Account, plans: tuple[Plan, Plan]) -> None:
    stops.stop(account_id=agg.pk, label="S-1", now=NOW)
    assert PaymentStop.objects.exists()
    with pytest.raises(FeaturesOff):
        take(agg, plans[0])


def test_who_is_paid_for_takes_nothing(ten: Account, plans: tuple[Plan, Plan]) -> None:
    with pytest.raises(NotPaying):
        take(ten, plans[0])


@pytest.mark.parametrize("code", ["plan-D", "unpriced"])
def test_only_device_plans_with_a_price_are_for_sale(
    agg: Account, plans: tuple[Plan, Plan], code: str
) -> None:
    plan = factories.plan(code=code, kind="subscriber" if code == "plan-D" else "thing")
    factories.bill_item(rule="peak_active", inputs={"statuses": [], "plans": ["unpriced"]})
    with pytest.raises(NotForSale):
        taking.propose(account=agg, plan=plan, now=NOW)


def test_it_is_audited_and_mailed(agg: Account, plans: tuple[Plan, Plan]) -> None:
    stall.thing(agg, "lamp")
    for role in ("admin", "billing", "viewer"):
        factories.person(agg, role=role, email=f"{role}@example.com", language="ja")
    take(agg, plans[0])
    entry = AuditEntry.objects.get(action="plan.take")
    assert (entry.actor, entry.subject, entry.detail["devices"]) == (CUSTOMER.actor, "standard", 1)
    mails = Mail.objects.filter(kind="plan-taken")
    assert set(mails.values_list("to", flat=True)) == {"admin@example.com", "billing@example.com"}
    assert "2026年11月21日" in mails[0].text


def test_other_kinds_of_devices_keep_their_plan(agg: Account, plans: tuple[Plan, Plan]) -> None:
    other = factories.plan(code="free", **stall.KIND)
    stall.thing(agg, "lamp", other)
    take(agg, plans[0])
    assert DeviceNow.objects.get(key="lamp").plan == other
