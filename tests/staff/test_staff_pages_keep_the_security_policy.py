"""No staff page holds script or style of its own: the policy would block it without a word."""

import re

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from tests.staff.test_every_page_of_the_staff_opens import every_model, page
from tests.staff.world import world
from usage.forms import CHANGES
from usage.models import Device

pytestmark = pytest.mark.once
INLINE = re.compile(r"<style|<script(?![^>]*(\ssrc=|application/json))|\sstyle=|\son[a-z]+=", re.I)


def inline(staff: Client, address: str) -> list[str]:
    response = staff.get(address)
    policy = response.headers["Content-Security-Policy"].split(";")
    assert "script-src 'self'" in {directive.strip() for directive in policy}
    text = response.content.decode()
    return [text[found.start() : found.end() + 60] for found in INLINE.finditer(text)]


@every_model
def test_of_a_model(model: type[Model], staff: Client) -> None:
    world()
    row = model._default_manager.first()
    assert row is not None
    assert inline(staff, page(model, "changelist")) == []
    assert inline(staff, page(model, "change", row.pk)) == []
    assert inline(staff, page(model, "history", row.pk)) == []


@pytest.mark.parametrize(
    "name", ["index", "invoices_billingrun_close", "accounts_user_add", "usage_device_add"]
)
def test_of_its_own(name: str, staff: Client) -> None:
    assert inline(staff, reverse(f"admin:{name}")) == []


@pytest.mark.parametrize("what", CHANGES)
def test_of_a_change_of_a_device(what: str, staff: Client) -> None:
    world()
    device = Device.objects.get()
    assert inline(staff, page(Device, "record", device.pk, what)) == []
