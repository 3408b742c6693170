"""The staff pages that are no model's hold no script or style of their own either; those of the
models are looked at by test_every_page_of_the_staff_opens.
"""

import pytest
from django.test import Client
from django.urls import reverse

from tests import once
from tests.staff import policy
from tests.staff.test_every_page_of_the_staff_opens import page
from tests.staff.world import world
from usage.forms import CHANGES
from usage.models import Device

pytestmark = pytest.mark.once
everything = once.made(world)


@pytest.mark.parametrize(
    "name", ["index", "invoices_billingrun_close", "accounts_user_add", "usage_device_add"]
)
def test_of_its_own(name: str, staff: Client) -> None:
    assert policy.breaches(staff.get(reverse(f"admin:{name}"))) == []


@pytest.mark.parametrize("what", CHANGES)
def test_of_a_change_of_a_device(what: str, staff: Client) -> None:
    device = Device.objects.get()
    assert policy.breaches(staff.get(page(Device, "record", device.pk, what))) == []
