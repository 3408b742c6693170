"""Markup in every text that a row can hold is shown as it was typed, on every page."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, models
from django.db.models import F, Value
from django.db.models.functions import Cast, Concat
from django.test import Client
from django.urls import reverse

from accounts.models import Account, User
from billing_portal.common import frozen
from tests.staff.world import world

MARKUP = "<img src=x onerror=alert(1)>"
ROOM = len(MARKUP) + 6
# What programs read, not people: it is written by the program or checked when it is typed.
READ_BY_PROGRAMS = {"zone", "currency", "stored_as", "detail_file", "rejected_file"}
READ_BY_PROGRAMS |= {"time_zone", "password", "event_id_rule", "through", "snapshot"}
STAFF = ("accounts", "usage", "invoices")
PORTAL = ["home", "bills", "invoices", "devices", "settings-people", "settings-profile"]
BILL = ["bill", "bill-days"]  # by device and by tag: test_odd_bills


@pytest.fixture
def marked(db: None) -> User:
    """Everything has markup for its name, its text and its tags; an administrator of it."""
    account = world("AGG")
    frozen.drop(connection)
    for app in STAFF:
        for model in apps.get_app_config(app).get_models():
            changes = dict(_changes(model))
            if changes:
                model._default_manager.update(**changes)
    person = account.memberships.get().user
    User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    person.refresh_from_db()
    return person


def _changes(model: type[models.Model]) -> Iterator[tuple[str, Any]]:
    for field in model._meta.local_fields:
        if field.choices or field.name in READ_BY_PROGRAMS:
            continue
        if isinstance(field, models.JSONField) and field.name in {"tags", "detail", "problems"}:
            yield field.name, Value({MARKUP: MARKUP}, models.JSONField())
        elif isinstance(field, models.CharField | models.TextField) and _has_room(field):
            yield field.name, Concat(Value(MARKUP), Cast(F("pk"), models.CharField()))


def _has_room(field: Any) -> bool:
    return field.max_length is None or field.max_length >= ROOM


def addresses() -> Iterator[str]:
    account = Account.objects.get()
    yield from (reverse(name) for name in PORTAL)
    yield from (reverse(name, args=[account.key, "japan", "2026-10"]) for name in BILL)
    for model in admin.site._registry:
        if model._meta.app_label in STAFF:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            yield reverse(f"{name}_changelist")
            for row in model._default_manager.all()[:1]:
                yield reverse(f"{name}_change", args=[row.pk])
                yield reverse(f"{name}_history", args=[row.pk])


def test_no_page_takes_it_for_its_own(marked: User, client: Client) -> None:
    client.force_login(marked)
    wrong, seen = [], 0
    for address in addresses():
        page = client.get(address, follow=True)
        content = page.content.decode()
        seen += "&lt;img src=x" in content
        if page.status_code != 200 or MARKUP in content:
            wrong.append(f"{page.status_code} {address}")
    assert wrong == []
    assert seen > 60
