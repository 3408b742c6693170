"""Every model of ours has staff pages, and each of them opens for staff and nobody else, without
script or style of its own.
"""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import once
from tests.staff import policy
from tests.staff.world import world

OURS = ("accounts", "usage", "invoices")
# Millions of rows that only reports read, and the parts of rows that have a page.
WITHOUT_PAGES = {
    "heartbeat",
    "usagerecord",
    "cacheentry",
    "endedtoken",
    "membership",
    "deviceowner",
    "deviceplan",
    "devicestatus",
    "deviceoption",
    "devicelabel",
    "deviceidentifier",
    "devicenow",
    "billitemtotal",
    "billdaytotal",
    "invoicebill",
    "documentfile",
    "annex",
    "billcouponuse",
    "couponentry",
    "quotaledger",
    "deviceactivity",
    "accountday",
    "usagereport",
    "usagereportrow",
    "reportdue",
    "pricenotice",
    "billcorrection",
    "pointentry",
    "paymententry",
    "charge",
    "customercreditentry",
    "gatewaycustomer",
    "gatewayevent",
    "cardsetup",
    "cardnotice",
    "paymentstop",
    "payername",
    "bankfile",
    "reminder",
}
MODELS = sorted(
    (model for model in admin.site._registry if model._meta.app_label in OURS),
    key=lambda model: model._meta.label,
)
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)


def page(model: type[Model], what: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def test_every_model_has_pages_or_is_named_as_one_without() -> None:
    ours = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    names = {model._meta.model_name for model in ours if "historical" not in model.__name__.lower()}
    assert names - {model._meta.model_name for model in MODELS} == WITHOUT_PAGES


everything = once.made(world)


@every_model
def test_lists_rows_and_searches_open(model: type[Model], client: Client, operator: User) -> None:
    client.force_login(operator)
    row = model._default_manager.first()
    assert row is not None
    for address in (
        page(model, "changelist"),
        page(model, "changelist") + "?q=a",
        page(model, "change", row.pk),
        page(model, "history", row.pk),
    ):
        response = client.get(address)
        assert (response.status_code, policy.breaches(response)) == (200, []), address


@pytest.mark.once
@every_model
def test_pages_to_add_open_or_are_refused(
    model: type[Model], client: Client, operator: User
) -> None:
    client.force_login(operator)
    may_add = admin.site._registry[model].has_add_permission
    status = client.get(page(model, "add")).status_code
    assert (status, model) == (200 if may_add(_request(operator)) else 403, model)


@pytest.mark.once
@every_model
def test_nothing_can_be_deleted(model: type[Model], operator: User) -> None:
    assert admin.site._registry[model].has_delete_permission(_request(operator)) is False


@pytest.mark.once
@every_model
def test_customers_see_nothing_of_it(model: type[Model], client: Client, aggregator: User) -> None:
    client.force_login(aggregator)
    assert client.get(page(model, "changelist")).status_code == 302


@pytest.mark.once
@every_model
def test_who_is_not_signed_in_is_sent_to_the_door(model: type[Model], client: Client) -> None:
    assert client.get(page(model, "changelist")).status_code == 302


def _request(user: User) -> HttpRequest:
    request = HttpRequest()
    request.user = user
    return request
