"""The pages on which customers take a plan, add a device and switch devices."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from invoices.models import PlanPurchase
from invoices.services.payments import stops
from invoices.views.plans import switching
from tests import factories, payment_factories
from tests.invoices.pages.conftest import clerk, november
from tests.invoices.plans import stall
from tests.invoices.plans.stall import status, take
from tests.invoices.settings.reading import text_of
from tests.portal.months import NOW
from usage.models import Device, DeviceNow, Plan

__all__ = ["clerk", "november"]
pytestmark = pytest.mark.django_db
PAGE, ADD, MANY = reverse("plans"), reverse("device-add"), reverse("devices-switch")
TAKE = reverse("plan-take", args=["AGG", "standard"])
LAMP = reverse("device-switch", args=["lamp"])


@pytest.fixture
def plans() -> tuple[Plan, Plan]:
    return stall.open_stall()


@pytest.fixture
def lamp(agg: Account, plans: tuple[Plan, Plan]) -> Device:
    return stall.thing(agg, "lamp", plans[0])


def test_without_device_plans_the_page_says_when_there_will_be_some(clerk: Client) -> None:
    assert "There are no device plans for sale" in text_of(clerk.get(PAGE))
    assert "Add a device" not in text_of(clerk.get("/devices/"))


def test_a_plan_is_shown_with_its_tax_taken_and_remembered(
    clerk: Client, agg: Account, plans: tuple[Plan, Plan]
) -> None:
    payment_factories.card(account=agg)
    page = text_of(clerk.get(PAGE))
    assert "No plan yet" in page
    assert "Net (JPY) Tax (10%) With tax each 100 10 110" in page
    asked = clerk.get(TAKE)
    assert "Standard holds from the moment of the purchase on." in text_of(asked)
    assert "November 2026 is charged in full" in text_of(asked)
    shown = {"shown": asked.context["proposal"].version}
    done = text_of(clerk.post(TAKE, shown, follow=True))
    assert "The purchase is complete: Standard holds from now on." in done
    assert "100 JPY a device and month, 110 with tax" in done
    assert "You have taken this plan already" in text_of(clerk.post(TAKE, shown, follow=True))
    assert PlanPurchase.objects.count() == 1


def test_another_plan_says_from_when_on_it_holds(
    clerk: Client, agg: Account, plans: tuple[Plan, Plan]
) -> None:
    take(agg, plans[0])
    address = reverse("plan-take", args=["AGG", "pro"])
    asked = clerk.get(address)
    assert "Professional holds from 1 December 2026 on (UTC)" in text_of(asked)
    shown = {"shown": asked.context["proposal"].version}
    done = text_of(clerk.post(address, shown, follow=True))
    assert "Professional holds from 1 December 2026 on." in done
    assert "From 1 December 2026 on: Professional." in done


def test_a_stale_form_shows_what_holds_now(
    clerk: Client, agg: Account, plans: tuple[Plan, Plan]
) -> None:
    payment_factories.card(account=agg)
    said = text_of(clerk.post(TAKE, {"shown": "old"}))
    assert "The plan or its price was changed meanwhile" in said
    assert "Complete the purchase" in said
    assert not PlanPurchase.objects.exists()


def test_without_a_card_it_leads_to_the_cards(
    clerk: Client, agg: Account, plans: tuple[Plan, Plan]
) -> None:
    page = clerk.get(TAKE)
    assert "Japan is paid by card, and there is none that is valid" in text_of(page)
    assert "/payment-settings/cards/?account=AGG" in page.content.decode()
    assert "Complete the purchase" not in text_of(page)
    assert "there is none that is valid" in text_of(clerk.post(TAKE, {"shown": "x"}))


def test_who_is_stopped_is_told_so(clerk: Client, agg: Account, plans: tuple[Plan, Plan]) -> None:
    take(agg, plans[0])
    stall.thing(agg, "lamp", plans[0], status="inactive")
    stops.stop(account_id=agg.pk, label="S-1", now=NOW)
    off = "The features of AGG are switched off"
    assert off in text_of(clerk.get(reverse("plan-take", args=["AGG", "pro"])))
    assert off in text_of(clerk.get(ADD))
    for page in (clerk.get(LAMP), clerk.post(LAMP, {"to": "active"})):
        assert off in text_of(page)
        assert "Set active" not in page.content.decode().split("</h1>")[1]
    assert status("lamp") == "inactive"


@pytest.mark.usefixtures("november", "plans")
@pytest.mark.parametrize(("role", "code"), [("viewer", 404), ("billing", 200), ("admin", 200)])
def test_who_may_take_a_plan(client: Client, agg: Account, role: str, code: int) -> None:
    client.force_login(factories.person(agg, role=role))
    assert (TAKE in client.get(PAGE).content.decode()) == (code == 200)
    assert client.get(TAKE).status_code == code


@pytest.mark.usefixtures("november", "lamp")
@pytest.mark.parametrize(("role", "code"), [("viewer", 404), ("billing", 404), ("admin", 200)])
def test_who_may_change_devices(client: Client, agg: Account, role: str, code: int) -> None:
    client.force_login(factories.person(agg, role=role))
    assert ("Set inactive" in text_of(client.get("/devices/lamp/"))) == (code == 200)
    assert ("Set inactive" in text_of(client.get("/devices/"))) == (code == 200)
    for address in (LAMP, ADD):
        assert client.get(address).status_code == code


def test_a_device_is_added_once(clerk: Client, agg: Account, plans: tuple[Plan, Plan]) -> None:
    assert "Take a plan first" in text_of(clerk.get(ADD))
    take(agg, plans[0])
    key = clerk.get(ADD).context["form"]["key"].value()
    typed = {"key": key, "name": "Lamp", "plan": "standard"}
    for _time in range(2):
        said = text_of(clerk.post(ADD, typed, follow=True))
        assert f"{key} is registered, and active." in said
        assert "Status: Active" in said
    assert DeviceNow.objects.get().name == "Lamp"


def test_what_is_wrong_stands_beside_its_field(
    clerk: Client, agg: Account, stray: Account, plans: tuple[Plan, Plan]
) -> None:
    take(agg, plans[0])
    stall.thing(stray, "foreign")
    typed = {"key": "foreign", "name": "Lamp", "plan": "standard"}
    page = clerk.post(ADD, typed).content.decode()
    assert "There is a device foreign already. Choose another id." in page
    assert 'id="id_key_error"' in page
    unreadable = clerk.post(ADD, {**typed, "key": "a\x07b"}).content.decode()
    assert "The id has characters that cannot be shown" in unreadable
    assert "Select a valid choice" in clerk.post(ADD, {**typed, "plan": "pro"}).content.decode()


def test_switching_says_what_it_means_and_what_it_did(
    clerk: Client, agg: Account, plans: tuple[Plan, Plan]
) -> None:
    stall.thing(agg, "lamp", plans[0])
    asked = text_of(clerk.get(LAMP))
    assert "Set 1 device inactive?" in asked
    assert "Standard: from December 2026 on not charged, as long as it is inactive." in asked
    assert "Each device is 100 JPY less a month, before tax." in asked
    assert "November 2026 does not become less" in asked
    done = text_of(clerk.post(LAMP, {"to": "inactive"}, follow=True))
    assert "1 device is switched to Inactive from now on." in done
    assert "Status: Inactive" in done
    again = text_of(clerk.post(LAMP, {"to": "inactive"}, follow=True))
    assert "1 device was Inactive already." in again
    assert "as far as more devices are active at once" in text_of(clerk.get(LAMP))


def test_devices_counted_each_say_so(clerk: Client, agg: Account) -> None:
    standard, _pro = stall.open_stall(rule="distinct_active")
    stall.thing(agg, "lamp", standard)
    assert "every device that was active in the month is charged" in text_of(clerk.get(LAMP))


def test_a_tenant_switches_and_sees_no_money(
    client: Client, agg: Account, ten: Account, plans: tuple[Plan, Plan], november: None
) -> None:
    client.force_login(factories.person(ten))
    assert "Whoever pays for this account takes a plan first" in text_of(client.get(ADD))
    stall.thing(ten, "lamp", plans[0])
    page = text_of(client.get(LAMP))
    assert "from December 2026 on not charged" in page
    assert "JPY" not in page
    client.post(LAMP, {"to": "inactive"})
    assert status("lamp") == "inactive"


def test_many_are_switched_after_a_look(
    clerk: Client, agg: Account, plans: tuple[Plan, Plan]
) -> None:
    for key in ("lamp", "pump", "fan"):
        stall.thing(agg, key, plans[0])
    factories.device(account=agg, key="sim")
    typed = {"to": "inactive", "which": "selected", "device": ["lamp", "pump", "sim"]}
    asked = text_of(clerk.post(MANY, typed))
    assert "Set 2 devices inactive?" in asked
    assert "1 device stays as it is" in asked
    assert status("lamp") == "active"
    clerk.post(MANY, {**typed, "sure": "yes"})
    assert [status(key) for key in ("lamp", "pump", "fan", "sim")] == [
        *("inactive", "inactive"),
        *("active", "active"),
    ]
    assert "Set 1 device inactive?" in text_of(
        clerk.post(MANY, {"to": "inactive", "which": "all", "query": "q=fan"})
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"to": "inactive", "which": "selected"}, "No device is selected"),
        ({"to": "terminated", "device": "lamp"}, "Choose what the devices are to be."),
        ({"to": "inactive", "device": ["lamp", "pump"]}, "At most 1 devices are switched at once"),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    clerk: Client, lamp: Device, monkeypatch: pytest.MonkeyPatch, typed: dict[str, str], said: str
) -> None:
    monkeypatch.setattr(switching, "AT_ONCE", 1)
    assert said in text_of(clerk.post(MANY, {**typed, "sure": "yes"}, follow=True))
    assert status("lamp") == "active"


def test_a_sim_is_not_switched_here(clerk: Client, agg: Account, plans: tuple[Plan, Plan]) -> None:
    factories.device(account=agg, key="lamp")
    assert clerk.get(LAMP).status_code == 404
    assert "Set inactive" not in text_of(clerk.get("/devices/lamp/"))
    said = text_of(clerk.post(MANY, {"to": "inactive", "device": "lamp"}))
    assert "Nothing to switch" in said


def test_a_foreign_device_is_not_there(
    clerk: Client, stray: Account, plans: tuple[Plan, Plan]
) -> None:
    stall.thing(stray, "lamp", plans[0])
    assert clerk.get(LAMP).status_code == 404
    assert clerk.post(LAMP, {"to": "inactive"}).status_code == 404
    clerk.post(MANY, {"to": "inactive", "device": "lamp", "sure": "yes"})
    assert status("lamp") == "active"
